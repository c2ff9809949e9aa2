"""What clients send that no good one does, to the real program with its real limits: each is told, the log
knows it, and the others do not notice."""

import contextlib
import json
import random
import resource
import socket
import statistics
import threading
import time

import pytest

from conftest import IS_LONG, Person, Server, Shop, Token, copy_home, make_token, wait_until


@pytest.fixture(scope="module")
def wire(small_home, tmp_path_factory):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # of this process, which is the bad client
    home = copy_home(small_home, tmp_path_factory.mktemp("wire"))
    server = Server(home)
    yield Shop(home, server)
    server.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def token(wire):
    return make_token(Person(wire.server, "owner"), "wire", ["read"])


class Client:
    """A socket, from an address of loopback of one's own choice."""

    def __init__(self, server, address="127.0.0.1", seconds=5.0):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=seconds, source_address=(address, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())
        return self

    def rest(self):
        """All bytes until the server closes; TimeoutError when it does not."""
        answer = b""
        try:
            while piece := self.socket.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer

    def status(self):
        return int((self.rest() or b"HTTP/1.1 0")[9:12])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def get(path, *headers):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""])


def log_of(home):
    return [json.loads(line) for line in (home / "logs" / "customeranalytics.log").read_text().splitlines()]


def is_logged(home, status, address):
    return any(line.get("status") == status and line.get("address") == address for line in log_of(home))


@pytest.fixture(scope="module")
def alone(wire, token):
    """What a good client waits for an answer when nobody else is there."""
    client = Token(wire.server, token)
    times = []
    for _ in range(60):
        begin = time.monotonic()
        assert client.get("/api/v1/reports/kpis").status_code == 200
        times.append(time.monotonic() - begin)
    return statistics.median(times)


@pytest.fixture
def undisturbed(wire, token, alone):
    """A good client, which asks all the time, over a kept connection and a new one in turn: it is to get every
    answer, and about as soon as alone."""

    @contextlib.contextmanager
    def asking():
        over, times, wrong = threading.Event(), [], []

        def ask():
            kept = Token(wire.server, token)
            while not over.is_set():
                begin = time.monotonic()
                try:
                    client = kept if len(times) % 2 else Token(wire.server, token)
                    answer = client.get("/api/v1/reports/kpis", timeout=10)
                    if answer.status_code != 200:
                        wrong.append(answer.text)
                except OSError as failure:
                    wrong.append(failure)
                times.append(time.monotonic() - begin)

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield
        finally:
            wait_until(lambda: len(times) >= 5, "answers", 20)
            over.set()
            thread.join()
        assert not wrong
        # Generous: this process, which is busy being bad, is the good client too.
        assert statistics.median(times) < 20 * alone + 0.1 and max(times) < 3, (alone, statistics.median(times), max(times))

    return asking


@pytest.fixture(scope="module")
def lingering(wire):
    """Connections that begin a head and never end it, from the beginning of this file on."""
    clients = [Client(wire.server, "127.0.2.1", 20) for _ in range(50)]
    for client in clients:
        client.send("GET /docs/api HTTP/1.1\r\nHost: loc")
    yield time.monotonic(), clients
    for client in clients:
        client.socket.close()


def test_slow_clients_keep_nobody_waiting(wire, lingering, undisturbed):
    """Four hundred, each a byte now and then."""
    request = get("/docs/api", "X-Long: " + "x" * 200, "Connection: close").encode()
    clients = [Client(wire.server, f"127.0.2.{2 + number % 4}") for number in range(400)]
    with undisturbed():
        for place in range(20):
            for client in clients:
                client.send(request[place:place + 1])
            time.sleep(0.05)
    for client in clients[:20]:
        assert client.send(request[20:]).status() == 200, "slow, not bad"
    for client in clients:
        client.socket.close()


def test_half_closed(wire, undisturbed):
    with undisturbed():
        for _ in range(50):
            with Client(wire.server, "127.0.3.1") as client:
                client.send(get("/docs/api.css"))
                client.socket.shutdown(socket.SHUT_WR)
                assert client.status() == 200
            for cut in [1, 20, 40]:
                with Client(wire.server, "127.0.3.2") as client:
                    client.send(get("/docs/api.css")[:cut])
                    client.socket.shutdown(socket.SHUT_WR)
                    assert client.rest()[9:12] in (b"", b"400", b"408")
            with Client(wire.server, "127.0.3.3") as client:  # the end is missing of the body
                client.send("POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            "Content-Length: 50\r\n\r\n{")
                client.socket.shutdown(socket.SHUT_WR)
                assert client.rest()[9:12] in (b"", b"400", b"408")
            Client(wire.server, "127.0.3.4").send(get("/docs/api")).socket.close()  # and gone


def test_pipelined_requests_are_answered_in_order(wire, token, undisturbed):
    names = [f"no-report-{number}" for number in range(400)]
    with undisturbed(), Client(wire.server, "127.0.4.1", 20) as client:
        requests = "".join(get(f"/api/v1/reports/{name}", "Authorization: Bearer " + token) for name in names)
        threading.Thread(target=client.send, args=(requests + get("/docs/api.css", "Connection: close"),)).start()
        answers = client.rest()
        assert answers.count(b"HTTP/1.1 404 ") == 400 and answers.count(b"HTTP/1.1 200 ") == 1
        places = [answers.index(f'"{name}"'.encode()) for name in names]
        assert places == sorted(places)


def test_who_asks_much_and_reads_nothing_stops_himself_alone(wire, token, undisturbed):
    before = resident_bytes(wire.server)
    clients = [Client(wire.server, "127.0.4.2") for _ in range(30)]
    with undisturbed():
        for client in clients:
            client.socket.setblocking(False)
            request = get("/api/v1/reports/rfm", "Authorization: Bearer " + token).encode() * 2000
            with contextlib.suppress(BlockingIOError):
                for _ in range(20):
                    client.socket.send(request)
        time.sleep(1)
    assert resident_bytes(wire.server) - before < 200 << 20
    for client in clients:
        client.socket.close()


def resident_bytes(server):
    with open(f"/proc/{server.process.pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def test_huge_bodies_are_refused_before_they_come(wire, undisturbed):
    head = ("POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Connection: keep-alive\r\n")
    before = resident_bytes(wire.server)
    with undisturbed():
        for length in [(16 << 10) + 1, 1 << 30, 1 << 50]:
            with Client(wire.server, "127.0.5.1") as client:
                assert client.send(head + f"Content-Length: {length}\r\n\r\n").status() == 413
            with Client(wire.server, "127.0.5.1") as client:  # and who asks first is not told to go on
                answer = client.send(head + f"Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n").rest()
                assert answer.startswith(b"HTTP/1.1 413 ")
        for _ in range(10):  # who sends it anyway
            with Client(wire.server, "127.0.5.2") as client:
                client.send(head + "Transfer-Encoding: chunked\r\n\r\n")
                with contextlib.suppress(ConnectionError, TimeoutError):
                    for _ in range(300):
                        client.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                with contextlib.suppress(TimeoutError):
                    assert client.rest()[9:12] in (b"413", b"")
        with Client(wire.server, "127.0.5.3") as client:
            assert client.send("GET /docs/api HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n").status() == 413
    assert resident_bytes(wire.server) - before < 100 << 20
    wait_until(lambda: is_logged(wire.home, 413, "127.0.5.1"), "the log", 5)


def test_floods_of_headers_are_refused(wire, undisturbed):
    with undisturbed():
        for _ in range(20):
            for request, status in [
                    (get("/docs/api", *[f"X-{number}: x" for number in range(200)]), 431),
                    (get("/docs/api", "X: " + "x" * 60000), 431),
                    (get("/docs/api", *[f"X-{number}: {'x' * 4000}" for number in range(20)]), 431),
                    (get("/" + "x" * 40000), 414),
                    (get("/docs/api?" + "x=1&" * 10000), 414)]:
                with Client(wire.server, "127.0.6.1") as client:
                    assert client.send(request).status() == status
        for endless in [b"GET /", b"GET / HTTP/1.1\r\nX: ", b"GET / HTTP/1.1\r\n", b"\r\n"]:
            with Client(wire.server, "127.0.6.2") as client:
                client.send(endless)
                more = b"\r\n" * 4096 if endless == b"\r\n" else b"a: b\r\n" * 1000 if endless.endswith(b"1\r\n") else b"x" * 8192
                with contextlib.suppress(ConnectionError):
                    for _ in range(20):
                        client.send(more)
                    assert client.socket.recv(12)[9:] in (b"400", b"414", b"431"), "told before it ends"
                    begin = time.monotonic()
                    while time.monotonic() - begin < 6:  # what comes behind is thrown away for a moment
                        client.send(more)
                        time.sleep(0.001)
                    pytest.fail(f"{endless} goes on and on")
    for status in [431, 414]:
        wait_until(lambda: is_logged(wire.home, status, "127.0.6.1"), "the log", 5)


SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = "POST /api/v1/invitations/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
TWO_WAYS = {
    "two lengths": POST + "Content-Length: 4\r\nContent-Length: 60\r\n\r\nnull" + SMUGGLED,
    "a list of lengths": POST + "Content-Length: 4, 60\r\n\r\nnull" + SMUGGLED,
    "a length and chunks": POST + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks and a length": POST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a coding nobody knows": POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked twice": POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked with a tab": POST + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a blank before the colon": POST + "Content-Length : 4\r\n\r\nnull" + SMUGGLED,
    "a sign": POST + "Content-Length: +4\r\n\r\nnull" + SMUGGLED,
    "hexadecimal": POST + "Content-Length: 0x4\r\n\r\nnull" + SMUGGLED,
    "a folded header": POST + "X: y\r\n Content-Length: 4\r\n\r\nnull" + SMUGGLED,
    "bare line feeds": POST.replace("\r\n", "\n") + "Content-Length: 4\n\nnull" + SMUGGLED,
    "a bare carriage return": POST + "X: y\rContent-Length: 4\r\n\r\nnull" + SMUGGLED,
    "a NUL": POST + "X: a\x00b\r\nContent-Length: 4\r\n\r\nnull" + SMUGGLED,
    "a chunk of a size too large": POST + "Transfer-Encoding: chunked\r\n\r\n" + "f" * 17 + "\r\nnull" + SMUGGLED,
    "a chunk with a sign": POST + "Transfer-Encoding: chunked\r\n\r\n-1\r\nnull" + SMUGGLED,
    "a chunk without its end": POST + "Transfer-Encoding: chunked\r\n\r\n4\r\nnullGET /smuggled HTTP/1.1\r\n\r\n",
    "a chunk ended by a line feed": POST + "Transfer-Encoding: chunked\r\n\r\n4\nnull\n0\n\n" + SMUGGLED,
    "two hosts": "GET /docs/api.css HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n" + SMUGGLED,
    "no host": "GET /docs/api.css HTTP/1.1\r\n\r\n" + SMUGGLED,
    "a preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 60,
    "HTTP/0.9": "GET /docs/api\r\n" + SMUGGLED,
}


@pytest.mark.parametrize("name", TWO_WAYS)
def test_what_can_be_understood_in_two_ways_is_not_understood(wire, name):
    """Refused, and what comes behind it is not looked at."""
    with Client(wire.server, "127.0.7.1", 3) as client:
        answer = client.send(TWO_WAYS[name].encode("latin-1")).rest()
    assert answer[9:12] in (b"400", b"411", b"501", b"505"), answer[:300]
    assert answer.count(b"HTTP/1.1 ") == 1 and b"\r\nConnection: close\r\n" in answer
    id = answer.split(b"X-Request-Id: ")[1].split(b"\r\n")[0].decode()
    wait_until(lambda: any(line.get("id") == id or line["event"] == "requests not logged" for line in log_of(wire.home)),
               "the log", 5)


def test_noise_is_refused(wire, undisturbed):
    rng = random.Random(1)
    with undisturbed():
        for number in range(200):
            request = bytearray(get("/api/v1/session", "Content-Length: 3").encode() + b"abc")
            for _ in range(rng.randint(1, 8)):
                request[rng.randrange(len(request))] = rng.randrange(256)
            with Client(wire.server, "127.0.8.1") as client:
                client.send(bytes(request) if number % 2 else rng.randbytes(rng.randint(1, 2000)))
                client.socket.shutdown(socket.SHUT_WR)
                answer = client.rest()
                assert not answer or answer.startswith(b"HTTP/1.1 ") and answer[9:10] in (b"2", b"4", b"5")
                assert answer[9:12] != b"500"


def test_one_address_does_not_take_all_connections(wire, undisturbed):
    """Of the 256 that one may have. Others are answered, and the one himself when he lets go."""
    clients = []
    with undisturbed():
        for _ in range(600):
            clients.append(Client(wire.server, "127.0.9.1"))
        refused = 0
        for client in clients[512:]:
            answer = client.rest()
            refused += not answer or answer[9:12] == b"503"
        assert refused >= 80
        with Client(wire.server, "127.0.9.2") as other:
            assert other.send(get("/docs/api.css", "Connection: close")).status() == 200
    for client in clients:
        client.socket.close()

    def is_let_in():
        with Client(wire.server, "127.0.9.1") as client:
            try:
                return client.send(get("/docs/api.css", "Connection: close")).status() == 200
            except OSError:
                return False

    wait_until(is_let_in, "room", 5)
    wait_until(lambda: any(line["event"] == "connection refused" and line["address"] == "127.0.9.1"
                           for line in log_of(wire.home)), "the log", 5)


def test_other_host_names_are_not_answered(wire):
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.2", "[::2]", "localhost:x", "a b"]:
        with Client(wire.server, "127.0.10.1") as client:
            assert client.send(f"GET /docs/api HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").status() in (400, 421)
    with Client(wire.server, "127.0.10.1") as client:  # the address in the first line is what counts
        assert client.send("GET http://evil.example/docs/api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                           ).status() in (400, 421)
    wait_until(lambda: is_logged(wire.home, 421, "127.0.10.1"), "the log", 5)


def test_who_never_ends_a_head_is_told_after_ten_seconds(wire, lingering):
    begin, clients = lingering
    for client in clients:
        assert client.status() == 408
    assert 0 < time.monotonic() - begin < 60
    wait_until(lambda: is_logged(wire.home, 408, "127.0.2.1"), "the log", 5)


@pytest.mark.skipif(not IS_LONG, reason="the limits are of half a minute and a minute")
def test_bodies_that_stop_and_idle_connections_end(wire, undisturbed):
    body, idle = Client(wire.server, "127.0.11.1", 90), Client(wire.server, "127.0.11.2", 90)
    begin = time.monotonic()
    with undisturbed():
        body.send("POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
        idle.send(get("/docs/api.css"))
        assert body.status() == 408 and 25 < time.monotonic() - begin < 45
        assert idle.status() == 200 and 50 < time.monotonic() - begin < 80
    wait_until(lambda: is_logged(wire.home, 408, "127.0.11.1"), "the log", 5)


def test_sign_ins_keep_no_question_waiting(wire, token):
    """A hundred at once, each of which takes a while to check, from as many addresses."""
    clients = [Client(wire.server, f"127.0.12.{number + 1}", 60) for number in range(100)]
    for number, client in enumerate(clients):
        body = json.dumps({"username": f"nobody-{number}", "password": "not the password"})
        client.send("POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}")
    asking = Token(wire.server, token)
    for day in range(1, 6):  # questions that are computed
        begin = time.monotonic()
        assert asking.get(f"/api/v1/reports/kpis?from=2025-03-01&to=2025-03-{day:02}").status_code == 200
        assert time.monotonic() - begin < 3
    codes = {client.status() for client in clients}
    assert codes <= {401, 429, 503} and 401 in codes, codes


def test_pages_and_files_are_read_by_whom_they_are_for(wire):
    def asked(method, path, body="", *headers):
        with Client(wire.server, "127.0.13.1") as client:
            return client.send("\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}",
                                            "Connection: close", *headers, "", body])).rest().decode("latin-1")

    for page in ["/index", "/index.html"]:
        answer = asked("GET", page)
        assert answer.startswith("HTTP/1.1 302 ") and "\r\nLocation: /login?next=%2Findex" in answer, answer
    form = "Content-Type: application/x-www-form-urlencoded"
    for page in ["/index", "/index.html", "/schedule"]:  # SEC-01: a name is no proof
        assert asked("POST", page, "username=owner", form).startswith("HTTP/1.1 401 ")
    for method, path in [("OPTIONS", "/login"), ("DELETE", "/favicon.svg"), ("PUT", "/robots.txt"), ("POST", "/login")]:
        answer = asked(method, path)
        assert answer.startswith("HTTP/1.1 405 ") and "\r\nAllow: GET, HEAD\r\n" in answer, answer
    for host in ["localhost", "evil.example"]:  # nor has a HEAD that is refused a body
        with Client(wire.server, "127.0.13.1") as client:
            answer = client.send(f"HEAD /api/v1/account HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").rest()
        assert answer.endswith(b"\r\n\r\n"), answer
