// What charts take from the tokens of design/tokens.css, read once a theme. Builders get a Look and
// give an option: no builder names a colour or a size of its own.

export interface Look {
  text: string;
  text2: string;
  muted: string;
  faint: string;
  surface: string;
  border: string;
  grid: string;
  axis: string;
  accent: string;
  ghost: string;
  before: string;
  after: string;
  good: string;
  bad: string;
  /** In fixed order. */
  colors: readonly string[];
  /** Low to high. */
  sequential: readonly string[];
  font: string;
  isDark: boolean;
}

export function lookOf(element: Element, isDark: boolean): Look {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const numbered = (prefix: string, first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, i) => token(`${prefix}${first + i}`));
  return {
    text: token("--text"),
    text2: token("--text-2"),
    muted: token("--muted"),
    faint: token("--faint"),
    surface: token("--surface"),
    border: token("--border"),
    grid: token("--grid"),
    axis: token("--axis"),
    accent: token("--accent"),
    ghost: token("--ghost"),
    before: token("--before"),
    after: token("--after"),
    good: token("--chart-good"),
    bad: token("--chart-bad"),
    colors: numbered("--c", 1, 12),
    sequential: numbered("--s", 0, 7),
    font: token("--font"),
    isDark,
  };
}

const roles: Record<string, "accent" | "ghost" | "before" | "after" | "good" | "bad" | "muted" | "faint"> = {
  "--accent": "accent",
  "--ghost": "ghost",
  "--before": "before",
  "--after": "after",
  "--chart-good": "good",
  "--chart-bad": "bad",
  "--muted": "muted",
  "--faint": "faint",
};

/** The colour of a token ("--c3", "--chart-bad") on canvas; in HTML the token itself is used. */
export function colorOf(look: Look, token: string): string {
  const role = roles[token];
  if (role) return look[role];
  const numbered = /^--c(\d+)$/.exec(token);
  return (numbered && look.colors[Number(numbered[1]) - 1]) ?? look.accent;
}

/** A colour, #rrggbb, that lets through what is below it: `strength` 0 to 1. */
export function tint(color: string, strength: number): string {
  const [red, green, blue] = channels(color);
  return `rgba(${red}, ${green}, ${blue}, ${strength})`;
}

function channels(color: string): [number, number, number] {
  const digits = color.replace("#", "");
  const channel = (at: number) => Number.parseInt(digits.slice(at, at + 2), 16);
  return [channel(0), channel(2), channel(4)];
}

/** The colour of each customer segment, the same on every page: healthy ones cool, fading ones warm, lost grey. */
const segmentColors: Record<string, number> = {
  champions: 1,
  "loyal customers": 4,
  "potential loyalist": 8,
  "new customers": 5,
  promising: 7,
  "need attention": 2,
  "about to sleep": 6,
  "at risk": 3,
  "can`t lose them": 12,
  "can't lose them": 12,
  hibernating: 9,
  lost: 10,
  others: 11,
};

/** The token of a segment's colour: "--c4". */
export function segmentColor(segment: string): string {
  return `--c${segmentColors[segment] ?? segmentColors["others"]}`;
}

/** The token of the nth series where nothing else gives one. */
export function seriesColor(position: number): string {
  return position === 0 ? "--accent" : `--c${(position % 12) + 1}`;
}
