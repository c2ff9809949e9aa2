/** What the server answers when it cannot: problem+json (RFC 9457) with a stable code and a next step. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly hint: string;
  readonly details: Record<string, string>;
  /** The request's id, as in the server's log. */
  readonly instance: string;

  constructor(of: {
    code: string;
    message: string;
    status?: number;
    hint?: string;
    details?: Record<string, string>;
    instance?: string;
  }) {
    super(of.message);
    this.name = "Problem";
    this.code = of.code;
    this.status = of.status ?? 0;
    this.hint = of.hint ?? "";
    this.details = of.details ?? {};
    this.instance = of.instance ?? "";
  }
}

/** From whatever was thrown: the server's own words, or that it could not be reached. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) {
    return new Problem({ code: "E-NET", message: "The server does not answer.", hint: "Is it running?" });
  }
  return new Problem({ code: "E-PAGE", message: thrown instanceof Error ? thrown.message : String(thrown) });
}
