// How values are written: numbers, money, shares, durations, days. One object a workspace, whose
// time zone and currency it knows; the language is the reader's.
//
// Exact below 10,000, compact above (the exact value is in the tooltip and the table); percent with
// one decimal and a space; a true minus sign; changes always signed.

const minus = "\u2212";
const narrowSpace = "\u202f";

export interface Place {
  locale: string;
  timezone: string;
  /** A code of ISO 4217, another word for what amounts are in ("points"), or empty. */
  currency: string;
}

export type DayStyle = "short" | "long" | "weekday" | "month";

export class Formats {
  readonly place: Place;
  readonly #numbers = new Map<string, Intl.NumberFormat>();
  readonly #dates = new Map<string, Intl.DateTimeFormat>();

  readonly #percentComesFirst: boolean;
  /** Whether amounts have a sign and decimals of their own. */
  readonly #hasCode: boolean;

  constructor(place: Place) {
    this.place = place;
    this.#hasCode = /^[A-Za-z]{3}$/.test(place.currency);
    this.#percentComesFirst = new Intl.NumberFormat(place.locale, { style: "percent" }).format(1).startsWith("%");
  }

  /** 4,120 · 38.6k */
  count(value: number): string {
    return Math.abs(value) < 10_000 ? this.exact(value) : this.#compact(value);
  }

  /** 38,610; a mean keeps up to two decimals. */
  exact(value: number): string {
    return this.#number(value, { maximumFractionDigits: 2 });
  }

  /** A mean of small counts, to two digits below 1: 1.24, 0.20, 0.0031. */
  mean(value: number): string {
    if (value === 0 || Math.abs(value) >= 1) return this.exact(value);
    return this.#number(value, { minimumSignificantDigits: 2, maximumSignificantDigits: 2 });
  }

  /** €1,234 · €1.14M; with `decimals` as in tables: €1,234.50, ¥1,235, and three for a dinar. What
      has no sign stands behind the number. */
  money(value: number, decimals: number | "currency" = 0): string {
    const amount = this.#amount(value, decimals);
    return this.#hasCode || this.place.currency === "" ? amount : `${amount}${narrowSpace}${this.place.currency}`;
  }

  #amount(value: number, decimals: number | "currency"): string {
    const currency: Intl.NumberFormatOptions = this.#hasCode
      ? { style: "currency", currency: this.place.currency, currencyDisplay: "narrowSymbol" }
      : {};
    if (decimals === "currency") return this.#number(value, this.#hasCode ? currency : twoDecimals);
    if (Math.abs(value) >= 10_000 && decimals === 0) {
      return this.#number(value, { ...currency, ...compactly });
    }
    return this.#number(value, {
      ...currency,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  }

  /** 31.4 %, of a number 0 to 100; %31,4 where the sign comes first. */
  percent(value: number, decimals = 1): string {
    const text = this.#number(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return this.#percentComesFirst ? text.replace(/\d/, "%$&") : `${text}${narrowSpace}%`;
  }

  /** +3.5 %, −1.2 %, 0.0 % */
  change(value: number): string {
    const rounded = Math.round(value * 10) / 10;
    const text = this.percent(Math.abs(rounded));
    return rounded > 0 ? `+${text}` : rounded < 0 ? `${minus}${text}` : text;
  }

  /** +1,234, with the sign always. */
  signed(value: number): string {
    return value > 0 ? `+${this.count(value)}` : this.count(value);
  }

  /** 18.4 d from 48 hours on, 7.5 h below. */
  hours(value: number): string {
    return Math.abs(value) >= 48
      ? `${this.#number(value / 24, oneDecimal)}${narrowSpace}d`
      : `${this.#number(value, oneDecimal)}${narrowSpace}h`;
  }

  minutes(value: number): string {
    return `${this.#number(value, oneDecimal)}${narrowSpace}min`;
  }

  /** A cell of a report by the unit its column has in the catalogue; compact where space is scarce. */
  value(value: number, unit: string, form: "compact" | "table" = "compact"): string {
    if (unit.startsWith("currency")) {
      return this.money(value, form === "table" || Math.abs(value) < 100 ? "currency" : 0);
    }
    switch (unit) {
      case "percent":
        return this.percent(value);
      case "ratio":
        return this.percent(100 * value);
      case "hours":
        return form === "table" ? this.exact(value) : this.hours(value);
      case "minutes":
        return form === "table" ? this.exact(value) : this.minutes(value);
      case "degrees":
        return this.#number(value, { maximumFractionDigits: 5 });
      default:
        return form === "table" ? this.exact(value) : this.count(value);
    }
  }

  /** A day "2026-11-21" as 21 Nov 2026 (long), 21 Nov (short), Sat, 21 Nov 2026 (weekday), Nov 2026 (month). */
  day(day: string, style: DayStyle = "long"): string {
    const date = new Date(`${day.slice(0, 10)}T00:00:00Z`);
    if (Number.isNaN(date.getTime())) return day;
    return this.#date(dayStyles[style], "UTC").format(date);
  }

  /** Mon of 1, Sun of 7. */
  weekday(number: number, form: "short" | "long" = "short"): string {
    // 1 January 2024 was a Monday.
    return this.#date({ weekday: form }, "UTC").format(new Date(Date.UTC(2024, 0, number)));
  }

  /** An instant in the workspace's zone: 21 Nov 2026, 06:12. */
  instant(instant: string, withSeconds = false): string {
    const date = new Date(instant);
    if (Number.isNaN(date.getTime())) return instant;
    return this.#date(
      { day: "numeric", month: "short", year: "numeric", ...clock(withSeconds) },
      this.place.timezone,
    ).format(date);
  }

  /** 06:12:04 in the workspace's zone. */
  time(instant: string): string {
    const date = new Date(instant);
    return Number.isNaN(date.getTime()) ? instant : this.#date(clock(true), this.place.timezone).format(date);
  }

  /** A date-time of a report, which is in the workspace's zone already. */
  localTime(text: string): string {
    const date = new Date(`${text.slice(0, 19)}Z`);
    if (Number.isNaN(date.getTime())) return text;
    return this.#date({ day: "numeric", month: "short", year: "numeric", ...clock(false) }, "UTC").format(date);
  }

  /** 2 min 18 s, 31 s, 1 h 4 min */
  duration(seconds: number): string {
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole}${narrowSpace}s`;
    if (whole < 3600) return `${Math.floor(whole / 60)}${narrowSpace}min ${whole % 60}${narrowSpace}s`;
    return `${Math.floor(whole / 3600)}${narrowSpace}h ${Math.floor((whole % 3600) / 60)}${narrowSpace}min`;
  }

  bytes(value: number): string {
    const units = ["B", "kB", "MB", "GB"];
    let rank = 0;
    let scaled = value;
    while (scaled >= 1000 && rank < units.length - 1) {
      scaled /= 1000;
      rank += 1;
    }
    return `${this.#number(scaled, { maximumFractionDigits: rank === 0 ? 0 : 1 })}${narrowSpace}${units[rank] ?? ""}`;
  }

  #compact(value: number): string {
    return this.#number(value, compactly);
  }

  #number(value: number, options: Intl.NumberFormatOptions): string {
    const key = JSON.stringify(options);
    let format = this.#numbers.get(key);
    if (!format) {
      format = new Intl.NumberFormat(this.place.locale, options);
      this.#numbers.set(key, format);
    }
    return format.format(value).replace("-", minus).replace(/(?<=\d)K/, "k").replace(/(?<=\d)m$/, "M");
  }

  #date(options: Intl.DateTimeFormatOptions, timezone: string): Intl.DateTimeFormat {
    const key = `${timezone} ${JSON.stringify(options)}`;
    let format = this.#dates.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat(this.place.locale, { ...options, timeZone: timezone });
      this.#dates.set(key, format);
    }
    return format;
  }
}

const compactly: Intl.NumberFormatOptions = { notation: "compact", maximumSignificantDigits: 3 };
const oneDecimal: Intl.NumberFormatOptions = { maximumFractionDigits: 1 };
const twoDecimals: Intl.NumberFormatOptions = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const dayStyles: Record<DayStyle, Intl.DateTimeFormatOptions> = {
  short: { day: "numeric", month: "short" },
  long: { day: "numeric", month: "short", year: "numeric" },
  weekday: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  month: { month: "short", year: "numeric" },
};

function clock(withSeconds: boolean): Intl.DateTimeFormatOptions {
  return {
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" as const } : {}),
    hourCycle: "h23",
  };
}
