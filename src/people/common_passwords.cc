// Taken from the frequency list of leaked passwords of zxcvbn (MIT, see THIRD_PARTY.md): of its
// 4,000 most common ones those of 4 to 11 characters with a letter, and of all 30,000 those of 12
// and more.

#include "people/common_passwords.h"

namespace ca::people {

// clang-format off
std::string_view common_passwords() {
  return R"words(
010203040506 012345678910 014702580369 01telemike01 102030405060 1111111111zz 111111a 111222333000
111222333444555 111qqq 112233445566 122333444455555 123123a 123123q 123123qweqwe 1232323q
123321456654 123321a 123321q 123321qweewq 123456654321 123456782000 1234567887654321 123456789000
12345678900987654321 1234567890987654321 1234567890a 1234567890q 1234567890qaz 1234567890qw
1234567890qwe 1234567890qwerty 1234567890zzz 123456789101 123456789123 1234567892000
12345678987654321 123456789987654321 123456789a 123456789abc 123456789asd 123456789q 123456789qaz
123456789qqq 123456789qwe 123456789qwer 123456789qwerty 123456789z 123456789zxc 12345678a
12345678q 1234567a 1234567q 1234567qwertyu 123456a 123456aa 123456k 123456l 123456q 123456qw
123456qwe 123456qwerty 123456r 123456s 123456z 12345a 12345q 12345qwe 12345qwert 12345t 12345z
1234abcd 1234asdf 1234qwe 1234qwer 1234qwerasdf 1234qwerasdfzxcv 123aaa 123abc 123asd 123qaz
123qq123 123qw 123qwe 123qwe123 123qwe456rty 123qweasd 123qweasdzxc 123qwerty 123qwerty123 123zxc
12qw12 12qw34er 12qw34er56ty 12qwas 12qwaszx 159753456852 1a2b3c 1a2b3c4d 1a2s3d4f 1a2s3d4f5g6h
1passwor 1q2w3e 1q2w3e4r 1q2w3e4r5 1q2w3e4r5t 1q2w3e4r5t6y 1qa2ws 1qa2ws3ed 1qa2ws3ed4rf
1qa2ws3ed4rf5tg 1qaz2ws 1qaz2wsx 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw2 1qazxsw23edc
1qazxsw23edcvfr4 1qwerty 1x2zkg8w 1z2x3c 1z2x3c4v 23176djivanfros 31217221027711 32615948worms
41d8cd98f00b 426hemi 4815162342lost 4runner 50cent 50spanks 541233432442 59382113kevinp
742617000027 7ugd5hip2j 89231243658s 89876065093rax 8j4ye3uz 9293709b13 a11111 a12345 a123456
a1234567 a12345678 a123456789 a1a2a3 a1b2c3 a1b2c3d4 a1s2d3 a1s2d3f4 a1s2d3f4g5h6 aa123456 aaa111
aaliyah aardvark aaron1 abc12 abc123 abc1234 abc12345 abc123456789 abcd123 abcd1234 aberdeen
abgrtyu abnormal abrakadabra absolut abstr access access14 accord achilles action adam12 adgjmptw
adidas admin admin18533362 adonis aezakmi agent007 aggies aikido airborne airbus airforce airplane
airwolf akira alabama alaska albany albatros albion alejandr aleksandr aleksandra aleksey alenka
alessandro alex123 alexande alexandr alexey alexis alfa alibaba aliens allmine allsop allstar
aloha alpha alpha1 alphabet alpine alucard amadeus amadeusptfcor amanda1 amateur amateurs amazon
amber1 america america1 amerika amigo amsterda amsterdam an83546921an13 anaconda anai anakin anal
analsex anarchy anastasiya andrea1 andrei andrew1 andrewjackie andrey andromed andromeda anfield
angel angel1 angel123 angels angus anhyeuem animal anime annie1 antananarivu anthony1 anthrax
antoni anubis apache apollo apollo13 apple apple1 apple123 applepie apples aptiva aquarius aragorn
arcadia area51 arizona arjay armagedon armani arrow arrows arsenal arsenal1 artem artemis artemka
artur asd123 asdasd asddsa asdf asdf12 asdf123 asdf1234 asdfasdf asdfg asdfgh asdfgh123456 asdfghj
asdfghjk asdfghjkl asdfghjkl123 asdfjkl asdfzxcv asdzxc ashley1 aspire aspirine assassin assfuck
asshole asshole1 assholes assman assword asterix astra astro astros athlon atlanta atlantis atomic
attila auburn auckland2010 audia4 aussie austin austin1 australi avalanch avalon avatar avenger
avrillavigne awesome azamat azerty azsxdc azsxdcfv babe babes babyblue babyboy babydoll babyface
babygirl babylon babylon5 babylove bacardi bacchus backdoor badass badboy baddog badger badgers
badgirl badman baggins baggio bagira bailey1 baller balloon balloons balls bambam bamboo banana
bananas banane bandit bang banger bangkok banker banner banshee banzai barbados barbie barcelon
barcelona barefoot barkley barney barsik bartman baseball baseball1 basket basketba basset bassman
bastard batman batman1 bayern bcfields beaches beagle beamer beaner beanie bear bearcat beardog
beast beast1 beastie beatle beatles beautifu beauty beaver beavis beckham beefcake beemer beer
beerman beetle bella1 benfica beng bengals beowulf beretta bergkamp berlin bhbirf bian biao
bicycle bigass bigballs bigbear bigben bigbird bigblue bigboobs bigboss bigboy bigbutt bigcat
bigdaddy bigdick bigdog bigfish bigfoot biggie biggles bigguy bigmac bigman bigmike bigmoney
bigone bigred bigsexy bigtime bigtit bikini bilbo billy1 billybob billyboy bimmer bing bingo
bingo1 binladen bird33 birdie birdman biscuit biteme bizkit blabla black1 blackbir blackcat
blackdog blackhaw blackie blackjac blackjack blackout blacks blacky blade blades blahblah blaster
blaze blazer blessed blessing blink182 blizzard blonde blondes blondie blowjob blowme
bltynbabrfwbz blue blue12 blue123 blue22 bluebird blueboy bluedog blueeyes bluefish bluemoon blues
bluesky bob123 bobafett bobby1 bobcat bobdylan boeing bogart bogdan bogey bohica bollocks bollox
bombay bomber bombers bond007 bondage bonehead boner bones bonjour bonjovi bonkers bonsai boob
boobie boobies booboo boobs booger boogie bookworm boomboom boomer bootie boots booty boozer
boricua borussia bosco bossman boston bounce bounty bowler bowling boxer boxers boxing boxster
boy4u2ownnyc bpgjldsgjldthnf br0d3r br549 brando brandon1 brandy brasil braves brazil breast
breasts breeze brian1 brighton bristol britney brodie broker bronco broncos broncos1 brooklyn
brownie browns brucelee bruins bruiser bruno1 brutus bubba bubba1 bubba69 bubbas bubble bubbles
bucket buckeye buckeyes buckshot budapest buddah buddha buddie buddy buddy1 buddyboy budlight
budman budweise buffalo buffett buffy1 bugger builder bull bulldog bulldog1 bulldogs bullet
bullfrog bulls bullseye bullshit bummer bumper bunghole bunnies bunny bunny1 burger burrito
bushido businessbabe buster buster1 busty butch butter buttercu butterfl butterfly buttfuck
butthead butthole buttman buttons buzzard byteme cabbage cactus cadillac caesar calgary calico
caliente californ caligula callum camaro cambiami camel camelot camels cameltoe cameron cameron1
camper canada cancer cancun candle candyman cang cannabis canon cantona capone capslock captain
caramel caravan cardinal carlito carlitos carmex2 carnage carolina carpedie carpet carrera carrot
cartman cartoon casanova caserta casey1 casino casper cassie cat123 catch22 catdog catfish
catherin catman cats cavalier caveman cbr600 ccbill cdtnbr cdtnkfyf celeron celica celine celtic
celtics ceng cerberus cessna cfitymrf cgfhnfr chai chainsaw champ champion champs changeme chao
chaos charger chargers charles1 charli charlie charlie1 charlott charlton charly charmed chaser
cheater checkers cheech cheeks cheers cheese cheese1 cheetah chelsea chelsea1 cherokee cherry
chester chester1 chevelle chevrole chevrolet chevy chevy1 chewie cheyenne chicago chicago1 chichi
chicken chicken1 chickens chickenwing101 chicks chico chiefs chillin chimera chinook chipper
chippy chivas chloe1 chocolat chopin chopper chou chris1 chrisbln chriss chrissy christ christia
christin christma christop christopher1 chrome chronic chrono chrysler chuai chuang chubby chuckie
chuckles chucky chui chunky chuo ciccio cicero cigars cinder cindy1 cinnamon citadel cjdthitycndj
cjkysirj cjkywt clancy clapton clarinet classic classics claudi claymore clemson clevelan clipper
clit clitoris cloud9 clouds clover clowns cobain cobalt cobra cobra1 cocacola cocaine coconut
coffee cohiba coke coldbeer colombia colorado colors colt45 coltrane comanche combat123654 comet
commando compaq compute computer concord concorde concrete condom condor cong connect connor
consumer contortionist cookie cookie1 cookies cooldude cooler coolguy coolio coolman coolness
cooter copper corleone corolla corona corperfmonsy corrado corsair corvette cosmic cosmo cosmos
cosworth cougar cougars counterstrike cowboy cowboy1 cowboys cowboys1 coyote cracker cramps crazy1
crazybab creampie creamy creative cricket crimson critter crjhgbjy cruise cruiser crunch crusader
crusher crysis crystal1 cthtuf cthulhu cthutq cuan cubbies cubswin cuddles cumming cumshot cupcake
curious custom cutlass cutter cxfcnmt cyber cyclone cyclops cygnus cypress dabears daddy1 daemon
daewoo dagger daisy1 dakota dalejr dallas dallas1 dammit damnit dancer dang danger danie daniel1
daniil danila danni danny1 dannyboy danzig darklord darkman darkness darkside darkstar david1
davide davids dawg daytona dbrnjh dbrnjhbz deadhead deadman deadpool death1 deejay deepthroat
deeznuts deeznutz defender defiant deftones delete delight delphi delta delta1 deluxe denali deng
deniska depeche desert designer desire deskjet destiny detroit deutsch devil devil666 devildog
devilmaycry4 devils dexter dfcbkbq dfkthbz dfkthf dfktynbyf dfvgbh dharma diablo dialog diamond
diamond1 diamonds diao dick dickhead dickie dicks diehard diesel dietcoke dieter digger diggler
digimon digital digital1 digitalprodu dilbert dildo dilligaf dima dinamo ding dingdong dinosaur
dipshit dirtbike discover disney diver divine dkflbckfd dkflbvbh dkflbvbhjdbx dkflbvbhjdyf
doberman doctor dodge1 dodger dodgeram dodgers dodgers1 dog123 dogbert dogboy dogcat dogfood dogg
dogger doggie doggy doghouse dogman dogs dogshit doitnow dollar dolphin dolphin1 dolphins
domainlock2005 domino donkey donuts doobie doodle doofus doogie dookie doomsday dotcom doughboy
dracula drago dragon dragon1 dragon12 dragonba dragonball dragons dragoon drakon dreamer dreams
driver drizzt droopy drowssap drpepper drummer drummer1 dthjybrf duan dublin ducati duchess duck
duckie dumbass dundee durango duster dusty1 dutchess dynamite dynamo eagle eagle1 eagles eagles1
earnhard eastside eastwood eatme eatshit eclipse eddie1 eduard edward1 eeyore einstein ekaterina
eldorado electra electric electro electron element elephant elizabet elizaveta elvis1 emerald
emily1 eminem empire engage engineer enigma enrico enter enter1 enterpri enterprise entropy
epsilon eraser ericsson erotic erotica escort eternal eternity eureka europa everest everton
excalibu excalibur exigen exigent exodus exotic explorer express extreme f**k fabie fabric facial
falcon falcon1 falcons fallen fallout fandango fang fantasy farscape farside fart fastball faster
fatass fatboy fatcat fatman feather felix1 fender fender1 feng fergie fergus fernand ferrari
ferrari1 ferret fester fetish fghtkm fgtkmcby ficken fiesta figaro fighter filter finalfantasy
finger fire fireball firebird firefly firefox fireman firewall fish fishes fishin fishing fishing1
fisting fitness fkmnthyfnbdf fktrcfylh fktrcfylhf fktrcfylhjdbx fktrcfylhjdf fktrcfylhjdyf fktrctq
flames flamingo flash flash1 flatron fletch flexible flipper floppy florian florida florida1
flounder flower fluffy flvbybcnhfnjh flyboy flyers foobar footbal football football1 fordf150
forest forever forfun formula formula1 forsaken fortuna foryou fossil foxtrot foxy francesc frank1
franky freaks freaky freckles freddy frederiksberg freebird freedom freedom1 freepass freeuser
freeway friday fright frisco frisky frodo frog frogger froggy front242 frontier frosty fubar fuck
fuck_inside fucked fucker fuckers fuckface fuckher fucking fuckit fuckme fuckme1 fuckoff fuckoff1
fucktheworld fuckthis fucku fucku2 fuckyo fuckyou fuckyou1 fuckyou2 fugazi fulham fullmoon funtime
fusion futbol fuzzy fyfcnfcbz fylhtq fynfyfyfhbde fytxrf fyutkbyf gabrie gabriel1 gabriell gadget
galaxy galina galore gambit gameboy gamecube gameover gandalf gandalf1 ganesh gangbang gangsta
gangster garden garfield gargoyle garion gateway gateway1 gator gator1 gatorade gators gawker
gbpltw gegcbr geheim gemini generic genesis geng genius georg george1 geronimo gesperrt getmoney
getsome gfhjkm gfhjkm1 gfhjkm123 gfhjkmgfhjkm ghbdtn ghbdtnbr ghbdtnghbdtn ghbdtnrfrltkf ghblehjr
ghetto ghhh47hj7649 ghjcnj ghjcnjgbpltw ghjcnjgfhjkm ghjcnjghjcnj ghjcnjnfr ghjcnjqgfhjkm
ghjcnjrdfibyj ghjnbdjcnjzybt ghost ghost1 ghostrider giants gilles ginger ginger1 giorgi giorgio
giraffe girls gizmo gizmo1 gizmodo gjkbyf gjkysqgbpltw gladiator gmoney gn56gn56 goalie goat
goaway gobears goblin goblue gobucks goddess godfathe godfather godsmack godzilla gofish goforit
goirish goku golden goldfish goldstar goldwing golf golfball golfer golfer1 golfing goliath gollum
gonavy gong gonzo goober goodboy goodluck goodtime goofy google gooner goose gopher gordon24
gorilla gotcha gothic gotohell govols granny grease great1 greatone green1 green123 greenbay
greenday greenlantern greens gregor gremlin grendel gretzky griffey gringo grizzly gromit groove
groovy groucho grumpy gsxr750 gtnhjpfdjlcr guai guang guardian guiness guinness guitar guitar1
guitars gundam gunnar gunner gunners gustav guyver hack hacked hacker haggis hairy hal9000
halflife halifax hallo hambone hamburg hamish hamlet hammer hammer1 hammers hamster handyman
hannah hannah1 hannibal hansolo happy1 happy123 happyday hardcore hardon hardrock harley harley1
harry1 harrypotter harvest havana havefun hawaii hawaii50 hawaiian hawkeye hawkeyes hayabusa
hd764nw5d7e1vb1 hearts heater heather1 heaven heckfy hedgehog hedimaptfcor heineken hellfire hello
hello1 hello123 helloo hellos hellyeah helmet helpme hendrix heng henry1 hentai herbie hercules
hermes hershey hesoyam heynow hidden highheel highland hiphop hippie hithere hitler hitman hjccbz
hjvfirf hobbes hobbit hockey hockey1 hokies holiday holly1 hollywoo holyshit homeboy homer1 homerj
homers homerun honda honda1 hondas honey1 hongkong honolulu hooker hookup hooligan hoosier
hoosiers hooter hooters hootie hopeful horizon horndog hornet horney horny horny1 horse horses
hotbox hotboy hotdog hotred hotrod hotsex hotshot hotstuff hottie house1 hover huai hummer hunter
hunter1 hunting hurrican husker huskers huskies hustler hyperion iamgod iampurehaha2 ib6ub9 ibanez
iceberg icecream icehouse iceman icu812 idontkno idontknow iforgot igor iguana ihateyou illini
illusion iloveboobies iloveme ilovemyfamily ilovesex iloveu iloveyo iloveyou imation immortal
impala incubus indiana indians indigo inferno infiniti infinity ingodwetrust insane insert
insomnia inspiron install installdevic installsqlst integra intel internet intrepid intruder
inuyasha iomega ipswich irina irish1 irishman ironman iscool iseedeadpeople islander istanbul
italia ivanov ivanova iverson iverson3 iwantu jabroni jackal jackass jackoff jackpot jackson1
jackson5 jacob1 jagger jaguar jamaica james007 james1 jamesbon jamesbond jamesbond007 jamie1
jammer jammin jarhead jasmine jasmine1 jason1 jasper java jaybird jayden jayhawk jayhawks jazzman
jedi jeep jefferso jelly jellybea jenn jennife jenny1 jericho jerkoff jessic jessica1 jester
jesus1 jethro jets jetski jewels jezebel jiang jiao jiggaman jimbo jimbo1 jimbob jimmy1 jing
jingle jiong jktymrf jockey johann johannes john316 johnboy johndeer joker joker1 jokers jones1
jorda jordan jordan1 jordan23 joseph1 joshua1 jrcfyf jubilee juggalo juice julie1 jumper junebug
jungle junior junior1 jupiter just4fun just4me justdoit justice justin1 justinbieber justme
juventus kahuna kakashka kaktus kamikaze kamila kangaroo kansas karate karen1 karina karolina
kashmir kasper katana katarina katerina katie1 katrin kawasaki kazantip kcj9wx5n keeper kelly1
keng kenshin kenwood kenworth kevin1 keyboard keystone keywest kfhbcf kickass kicker kidrock
killbill killer killer1 killer12 killers killjoy killme kilroy kingfish kingkong kingpin kingston
kinky kipper kirill kirsty kisses kissme kissmyass kitkat kitten kittens kitty kitty1 kittycat
kittykat kjkszpj klaster kleopatra klingon knickers knicks knights knockers knopka kodiak kolobok
kool korn koshka kosmos kostya kotaku kotenok krishna krusty ktyjxrf kuai kuang kume kungfu
labrador labtec lacrosse ladybug laguna lakers lakota lancelot lancer lansing lantern laptop
larisa larry1 laser lassie lasvegas latinas latino laura1 laurent lazarus leather leavemealone
ledzep legacy legend legion legolas leng lennon leonid leopard lesbian lesbians lespaul lestat
letmein letmein1 letmein2 letsgo lexmark lexus lhbjkjubz2957704 liang liao liberty lick licker
licking lickit lickme lifehack lighter lightnin lightning lights linda1 lindros lineage2 lion
lionking liquid liverpoo liverpool lizard lobster loco logan1 logitech lokomotiv lol123 lolipop
lollipop lollol lollypop london london1 lonestar lonewolf longbow longhorn longjohn looker looser
loser losers lost4815162342 lotus love love1 love12 love123 love69 lovebug loveit lovely loveme
lover lover1 loverboy lovers lovesex loveyou lowrider ltybcrf luan lucifer lucky lucky1 lucky13
lucky7 luckydog ludmila lumber lust lvbnhbq lytghjgtnhjdcr macdaddy machine macross maddie maddog
madina madison madison1 madman madmax madness madonna maestro magelan maggie maggie1 maggot magic
magic1 magician magick magicman magnet magnum magnus magpie maiden mailcreated5240 mailman
majestic makaveli maksim maksimka malaka malibu malina mallard mamapapa manchest manchester
mancity mandarin mandingo mandy1 mang mango maniac mankind manowar manson mantis manutd
maprchem56458 maradona marathon marcello maria1 marika marina marine marine1 mariners marines
marino marino13 mariposa marius marker marlboro marley martin1 martini maryjane masamune mason1
massimiliano massive maste master master1 master12 masterbaiting masterbating masturbation matador
matrix matteo matthew1 mature maurolarastefy maverick max123 maxell maxim maxima maxime maximus
maxwell maxwell1 maxx maxxxx mayday mayhem mazafaka mazda mazda626 mclaren meatball meathead
meatloaf mechanic medusa megadeth megaman megan1 megapass megatron meister melissa1 mellon mellow
memorex memphis menace meng meowmeow mephisto mercedes mercury meridian merlin merlin1 merlot
mermaid mersedes metallic metallica mets mevefalkcakk mexico miami mian miao michae michael1
michael2 michaeljackson michigan mick mickey mickey1 micro microlab micron microphone microsof
microsoft midget midnight midway mighty mihail mikey mikey1 milana milano milena milkman miller1
millwall minecraft minecraft123 minime minnesota_hp mirage misfit misfit99 misfits mishka missy1
mister mistress misty1 mittens mnbvcxz mobydick modena mojo molly1 mollydog moloko molson momoney
momsanaladventure monaco monalisa monarch monday mondeo money money1 moneyman moneys mongoose
monitor monke monkey monkey1 monkey12 monkeybo monkeys monopoly monster monster1 montana
montgom240 montreal moocow mookie moomoo moonbeam moonlight moose moose1 mordor morgan1
morganstanley moritz morpheus mortalkombat mortgage mortimer moscow mother mother1 motherlode
motorola mountain mouse mouse1 mozart msorcloledbr mudvayne muffin mulder mullet multiplelo
munchkin muppet musashi muscle muscles mushroom music1 musica musicman mustafa mustang mustang1
mustangs mustard mybaby mygirl mylife mylove myname mypass mypassword mystic naked namaste nang
nanook napass napoli napster naruto nascar nasty nasty1 nastya natali natasha naughty ncc1701
ncc1701a ncc1701d ncc1701e ne1469 nebraska needforspeed nemesis nemvxyheqdd5oqxyxyzi neng neptune
netscape networkingpe nevada nevermind newbie newcastl newlife newpass newpass6 newport
newproject2004 newyork newyork1 nextel nfnmzyf nhecsyfujkjdt nhfdvfnjkju123 nhfycajhvths niang
niao niceass niceguy nickel nicola nicole1 nightcrawler nike nikita nikitos nikki1 nikola nikolay
nimbus nimrod niners ning ninja ninja1 ninjas nintendo nipper nipple nipples nirvana nissan nitram
nofear nokia nokia6300 nolimit nomore nondriversig nong noodle noodles nookie nopass novell
ntktajy nuan nude nudist nugget nuggets number1 nutmeg nuttertools nwo4life nygiants nyjets nylons
nymets oakland oasis oatmeal obelix obiwan oblivion oceans ohyeah oicu812 oilers oksana
olcrackmaster oldman oleg oliver oliver1 olivier omega omega1 onelove onetime onetwo online onlyme
ontheoutside openup operator optimus oracle orange orange1 oranges orchid orgasm orient orioles
orion orion1 oscar1 osiris othello ou812 ou8122 outkast outlaw overkill overlord oxford ozzy
p0015123 p030710p$e4o pa55w0rd pa55word pacers packard packer packers packers1 pacman paddle
padres paintbal paintball pakistan paladin paloma panama panasoni panasonic pancho panda pandora
pang pantera panther panther1 panthers panties pantyhos panzer paradise paradox paraklast1974
parola parrot pascal pass pass123 pass1234 passat passion passme passport passw0rd passwd passwor
passwor1 password password1 password12 password123 password1234 password2 passwords
passwordstandard passwort pasword patches patric patrick1 patriot patriots pavilion pavlov pdtplf
peach peaches peanut peanutbutter peanuts pearljam pebbles pecker peekaboo peewee pegasus pelican
pencil peng penguin penguins penny1 penthous pentium pepito pepper pepper1 pepsi pepsi1 persik
pervert peter1 peterpan petrov peugeot phantom pharmacy pheonix philippe philips phillies philly
phish phoeni phoenix phoenix1 photos phpbb pian pianoman piao picard picasso piccolo pickle
pickles pickup pics piglet pikachu pillow pimp pimpin pinball pineappl pineapple ping pingpong
pinhead pink pinkfloy pinkfloyd pinky pioneer pippen pippo piramida pirate pirates pisces pissing
pissoff pistol pistons pitbull pixies pizza pizzas placebo planet plasma plastic platinum platypus
playboy playboy1 player playstat playstation playstation2 playstation3 playtime plumber pluto
plymouth pobeda poison poiuyt poiuytrewq pokemon pokemon1 polaris police polina polniypizdec0211
polniypizdec110211 polo polska pompey poncho pontiac pony poochie poodle pooh poohbear pookie
poontang poop pooper poopie poopoo poopy pooter popcorn popeye popper poppy porkchop porsche
porsche1 porsche9 portland portugal poseidon possum postal postman potato pothead powder power1
preacher precious predator prelude premium presario presiden presto primus prince princes princess
pringles printer prissy private privet prodigy prophet prowler proxy psycho ptybnxtvgbjy puddin
pudding puffin puffy pulsar pumpkin pumpkin1 pumpkins punisher punkin punkrock punksnotdead
puppies puppy pupsik purdue purple puss pussey pussie pussies putter pyramid python q12345 q123456
q1q2q3 q1w2e3 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 q1w2e3r4t5y6u7 q1w2e3r4t5y6u7i8
q1w2e3r4t5y6u7i8o9p0 q2w3e4r5 qawsed qawsedrf qawsedrftgyh qaz123 qaz123wsx456 qazqaz qazwsx
qazwsx1 qazwsx12 qazwsx123 qazwsxed qazwsxedc qazwsxedc123 qazwsxedcrfv qazwsxedcrfvtgb qazxsw
qazxswedc qazxswedc123 qazxswedcvfr qazzaq qiang qiao qing qiong qqq111 qqqqq1 quan quantum quartz
quattro queens quest qwaszx qwaszxerdfcv qwe123 qweasd qweasd123 qweasdzxc qweasdzxc123 qweqwe
qwer12 qwer123 qwer1234 qwerasdf qwerasdfzxcv qwert qwert1 qwert123 qwert12345 qwertasdfgzxcvb
qwerty qwerty1 qwerty11 qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwerty123456789
qwertyasdfgh qwertyu qwertyui qwertyuio qwertyuiop qwertyuiop10 qwertyuiop12 qwertyuiop123
qwertyuiop12345 qwertyytrewq qwertz r2d2c3po rabbit rabota racecar racer racerx rachel1 racing
radiohea radiohead ragnarok raider raiders raiders1 rainbow rainbow6 rainman raistlin rambler
rambo rammstein ramones ramrod ramses rancid random rang ranger ranger1 rangers rangers1 raptor
rascal rasdzv3 rasputin rasta rastaman raven raven1 ravens razz rbhbkk rctybz reader realmadrid
reaper rebecca1 rebel rebel1 rebels reckless red123 redalert redbird redbull reddevil reddog
reddwarf redfish redhead redhot redline redman redneck redrum reds redskins redsox redsox1 redwing
redwings redwood reebok reefer reload renault renegade reng rereirf rescue residentevil retard
rfhbyf rfnthbyf rfnthbyf1988 rfrfirf rfrnec rhbcnbyf rhfcjnrf rhino rhjrjlbk rhtdtlrj richard1
rightnow ripken ripper ripple rjhjktdf rjirfrgbde rjntyjr rjycnfynby roadkill roadking roadrunn
robert1 robot robotech robotics rocker rocket rockets rockford rockhard rockon rocks rockstar
rocky1 rodman roller rolltide romans romashka rommel ronaldo rong rookie rooster rootbeer rosebud
rotten route66 rover rovers royals rtyuehe ruan rubber rulez rulezzz runescape runner rush2112
ruslan russia rustam rusty1 sabbath sabine sabres sadie1 safari sahara sailboat sailing sailor
saints sakura salamander salasana saleen sally1 salmon salomon salsero sam123 samantha samiam
sammy1 samson samsun samsung samsung1 samtron samurai sancho sandiego sandman sandro sandy1
sanfran sanfrancisco santafe sapper sapphire sarah1 saratoga sascha sasha1 sassy sassy1 sasuke
satan satan666 satana saturn saun saun24865709 sauron sausage sausages sayang scania scanner
scarface scarlet schalke schoolgirlie scooby scoobydo scooter scooter1 scorpio scorpio1 scorpion
scotch scotland scott1 scotty scout scrabble scrappy scream scruffy scuba scully seadoo seahawks
seamus searay seattle sebastia secret secret1 security seeker seemnemaailm seinfeld select
seminole semperfi senators seng sentinel septembe serega serenity sergei sergey sergi sersolution
server sesame seven7 sex123 sex4me sexsex sexual sexx sexxxx sexxxy sexy sexy1 sexy69 sexyboy
sexygirl sexyman shado shadow shadow1 shaggy shai shalom shaman shamrock shaney14 shang shania
shannon1 shao shaolin shark sharks sharky shasta shaved shazam shei shelby shemale sheng sherlock
shiloh shiner shitface shithead shitty shogun shooter shorty shotgun shou showme showtime shuai
shuang shui shun shuo shutup siemens sierra silver silver1 silverad simba simon1 simple simpsons
sinatra sinbad sinister sinner sirius sithlord sixers skate skater skeeter skidoo skiing skinny
skipper skippy skittles skorpion skydive skylar skyler skyline skywalke skywalker slacker slamdunk
slapper slappy slapshot slave slave1 slavik slayer sleeper sleepy slick slick1 slider slim slinky
slipknot slippery smashing smeghead smegma smelly smiles smiley smiths smitty smoke smoker smokes
smokey smokey1 smokie smokin smooth smudge smut snake snake1 snakes snapon snapper snapple snappy
snatch sneakers snickers sniper snooker snoop snoopdog snoopy snoopy1 snowball snowboar snowboard
snowflak snowman snuffy snuggles sobaka soccer soccer1 socrates softail softball software
sojdlg123aljg soldier soleil solnce sommer sonic sonics sonnenschein sonoma sony sonyericsson
sooners sophi sophie soprano soso123aljg soulmate southpar southpark sowhat spaceman spank
spanking spankme spanky sparkle sparky sparky1 sparta spartak spartan spartans spawn speaker
specialinsta specialk spectre spectrum speedo speedy spencer1 sphinx spice spider spider1 spiderma
spiderman spidey spike spike1 spiker spikes spinner spirit spitfire splash splinter spock sponge
spongebo spongebob spooky sporty spring sprint sprite spunky spurs spurs1 sputnik spyder squall
squash squirrel squirt srinivas stalin stalker stallion stanislav star star69 starbuck starcraf
starcraft stardust starfire starfish stargate starman starship starter startrek starwars stasik
static stealth steeler steelers stefano steffi stepan steph stephani stereo sterlin steve1
stickdaddy77 sticks sticky stiffy stimpy sting stinger stingray stinky stinkyfinger stocking
stocks stonecol stonecold stoned stones stoney storm stormy stranger stratocaster stratus
strawberry strider strike striker stripper stroker stud studly stumpy stunner stupid stylus suan
subaru sublime submit subway subzero success suck sucker suckit suckme sucks sugar sultan summer
summer1 summit sundance sunday sunflowe sunflower sunnyday sunrise sunset sunshin sunshine super
super1 super123 superb superfly superma superman superman1 supersta superstar surf surfer surfing
suzuki sveta svetik svetlana svoboda swallow sweet1 sweetnes sweetpea sweets sweety swimmer
swimming swinger swingers sword swordfis swordfish swords sydney syncmaster syracuse systemofadown
syzygy tacobell tacoma talisman talon tango tanker tardis target tarheel tarheels tarzan tasty
tattoo tatyana taurus taxman taylor1 tazman tazmania tdutybq tdutybz teacher technics techno
teddy1 teddybea teddybear teen teens tekken telefon telephon temp temp123 tempest templar temppass
temppassword teng tennis tequila terminator terrapin terror test test1 test123 test1234 tester
testing testpass texas1 thailand thanatos thankyou theboss thecakeisalie thecat thedog thedoors
thedude theend thegame thegreat thekid theking theman theone therock thesims thirteen thoma
thomas1 thong thongs thor thuglife thumbs thumper thunder thunder1 thunderb thx1138 tian tiao
tiberius tiburon ticketmaster tickle tiffany1 tiger tiger1 tiger123 tiger2 tigers tigers1 tigger
tigger1 tigger2 tights timber ting tinker tinkerbell tinman tintin tipper titan titanic titanium
titans titleist titten titties titty toaster tolkien tomato tomcat tommy1 tommyboy toolman toon
tootie tootsie topcat topdog topgun topher topper tornado toronto toshiba tottenha tottenham
toyota tracker tractor trader trainer trance transam translator trapper travel traveler treasure
trebor trfnthbyf triangle tricky trident trigger trinity tripod tripper triton triumph trixie
trojan trojans trombone trooper trouble truck trucker trucks truelove trumpet trunks trustno1
tsunami tuesday tulips tunafish tundra tuning turbo turbo1 turkey turkey50 turtle tweety twilight
twinkle twisted twister tyler1 typhoon ufkbyf ultima ultimate umbrella underdog undertaker unicorn
unreal uranus usa123 usarmy usmc usnavy usuckballz1 utopia vacation vader vadim vagina valentin
valentina valera valhalla valkyrie vampire vanguard vanhalen vanilla vanyarespekt varvara vasilisa
vector vectra vedder vegeta velvet venera verbatim veritas verizon vermont veronika vertigo vette
vfczyz vfhbyf vfhbyfvfhbyf vfhecz vfhufhbnf vfibyf vfitymrf vfksirf vfrcbv vfrcbvrf vfrcbvvfrcbv
vfvekz vfvfgfgf vfvfvskfhfve vfvjxrf vh5150 viagra victory viewsonic viking vikings vikings1
viktor viktoria viktoriya violetta violin viper viper1 vipers virgin visa vision vitalik vjcrdf
vkontakte vladik vladimir vladimirovna vladislav volcom volley volvo voodoo vortex voyager voyeur
vsegda vsjasnel12 vulcan walleye walmart walnut walrus wanker wapbbs warcraft wareagle warhammer
warhammer40k warlock warlord warrior warrior1 warriors warthog wasser wassup watcher water1
waterloo wazzkaprivet weasel webhompas webmaste webmaster websolutions websolutionssu webuivalidat
weed weezer weihnachtsbau weihnachtsbaum welcome welcome1 welder weng werewolf westham westside
westwood wg8e3wjf whatever whatsup wheels whiskers whiskey whisky whisper whitesox whitey whocares
whosyourdaddy whynot wibble wicked wifey wildcard wildcat wildcats wildfire wildman william1
willow windmill windows windsor windsurf wingman winner winston winston1 winter wisdom wishbone
wizard wolf359 wolfgang wolfie wolfman wolfpack wolverin wolverine wolves wombat woodland woody
woody1 woofer woofwoof woohoo wookie wordpass wraith wrangler wrench wrestle wrestlin wrinkle1
wutang xanadu xavier xbox360 xerxes xfiles xiang xing xtreme xxx123 xxxp455w0rd5 xxxpass xyz123
yamaha yankee yankees yankees1 yankees2 ybrbnf ybrjkfq yeahbaby yellow yfcntymrf yfnfif yfnfkmz
yjdsqgfhjkm yoda yomama yosemite yourmom yousuck ytrewq yugioh yummy yzerman z1x2c3 z1x2c3v4
z1x2c3v4b5n6m7 zalupa zang zaphod zappa zaq123 zaq12wsx zaq1xsw2 zaq1xsw2cde3 zaqwsx zaqwsxcderfv
zaqxsw zaqxswcde zaraza zcfvfzkexifz zeng zenith zephyr zeppelin zerocool zeus zhai zhao zhei
zheng zhjckfd zhong zhou zhuai zhuang zhui zhun zhuo zidane ziggy zigzag zildjian zipper zippy
zombie zong zorro zqjphsyf6ctifgu zuan zvezda zxasqw12 zxc123 zxcasd zxcasdqwe zxcasdqwe123
zxcv1234 zxcvbn zxcvbn123456 zxcvbnm zxcvbnm1 zxcvbnm123 zxcvbnm123456789
)words";
}
// clang-format on

}  // namespace ca::people
