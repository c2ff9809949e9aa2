// All that the page asks of the server. Types come from the server's own OpenAPI document
// (schema.d.ts is made from it: tools/web_types).
import createClient, { type Middleware } from "openapi-fetch";
import { Problem } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;

/** Whatever changes something carries the session's token. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** For what is not asked through `api`: a file that is sent with progress. */
export function csrfHeader(): Record<string, string> {
  return csrfToken === null ? {} : { "X-CSRF-Token": csrfToken };
}

/** Called when an answer says that nobody is signed in any more. */
export function whenSignedOut(call: () => void): void {
  onSignedOut = call;
}

const middleware: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken !== null) request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return;
    const body = (await response.clone().json().catch(() => null)) as Partial<Schemas["Problem"]> | null;
    if (response.status === 401 && !request.url.endsWith("/api/v1/session")) onSignedOut();
    throw new Problem({
      code: body?.code ?? `E-HTTP-${response.status}`,
      message: body?.detail ?? response.statusText,
      status: response.status,
      hint: body?.hint ?? "",
      details: (body?.details ?? {}) as Record<string, string>,
      instance: body?.instance ?? response.headers.get("X-Request-Id") ?? "",
    });
  },
};

export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });
api.use(middleware);

/** The data of an answer; failures are thrown as Problem. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data: body } = await answer;
  return body as T;
}

/** The parameter that names the workspace, where it is not the shop's own. */
export function workspaceOf(isDemo: boolean): { workspace?: "demo" } {
  return isDemo ? { workspace: "demo" } : {};
}
