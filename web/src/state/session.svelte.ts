import { api, data, setCsrfToken, type Schemas, whenSignedOut } from "$/api/client";
import { setLocale } from "$/text/text";

export type SessionState = Schemas["Session"];
export type Permission = SessionState["permissions"][number];

/** Who is signed in, and what he may do. */
class Session {
  #state = $state.raw<SessionState | null>(null);
  /** Null while nobody is; `isKnown` tells that from not having asked yet. */
  readonly user = $derived(this.#state?.user ?? null);
  readonly isKnown = $derived(this.#state !== null);
  readonly needsOwner = $derived(this.#state?.needs_owner ?? false);
  readonly registration = $derived(this.#state?.registration ?? "closed");
  /** He was signed in, and is no longer. */
  hasExpired = $state(false);

  #isLeaving = false;

  constructor() {
    whenSignedOut(() => {
      if (!this.user || this.#isLeaving) return;
      this.hasExpired = true;
      void this.load();
    });
  }

  may(permission: Permission): boolean {
    return this.#state?.permissions.includes(permission) ?? false;
  }

  async load(): Promise<void> {
    this.#take(await data(api.GET("/api/v1/session")));
  }

  /** Throws Problem: M-AUTH-BAD, M-AUTH-TOTP (six digits are asked for too), M-AUTH-LOCKED. */
  async signIn(of: { username: string; password: string; totp?: string; remember: boolean }): Promise<void> {
    this.#take(await data(api.POST("/api/v1/session", { body: of })));
    this.hasExpired = false;
  }

  /** Leaves the page as well, so that nothing of what was seen stays in it. */
  async signOut(): Promise<void> {
    // What is still asked is refused from now on; that is no news.
    this.#isLeaving = true;
    try {
      await api.DELETE("/api/v1/session");
      window.location.assign("/login?out");
    } catch (thrown) {
      this.#isLeaving = false;
      throw thrown;
    }
  }

  #take(state: SessionState | undefined): void {
    if (!state) return;
    setLocale(state.user?.locale || navigator.language);
    this.#state = state;
    setCsrfToken(state.csrf_token);
  }
}

export const session = new Session();
