// The address is the state: where one is, and every filter. Reading it is reactive; following a
// link of the page changes it without loading the page anew.
import { SvelteURLSearchParams } from "svelte/reactivity";

class Location {
  path = $state(window.location.pathname);
  readonly query = new SvelteURLSearchParams(window.location.search);

  /** The page's name: "index" of "/index" and "/index.html". */
  get page(): string {
    return decodeURIComponent(this.path.replace(/^\//, "").replace(/\.html$/, ""));
  }

  /** Goes to an address of this server; the same address again changes nothing. */
  go(href: string, options: { replace?: boolean } = {}): void {
    const url = new URL(href, window.location.href);
    if (url.href === window.location.href) return;
    if (options.replace === true) history.replaceState(null, "", url);
    else history.pushState(null, "", url);
    this.#read();
  }

  /** The address with some parameters changed; null removes one. */
  with(changes: Record<string, string | null>, path = this.path): string {
    const query = new URLSearchParams(this.query.toString());
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") query.delete(name);
      else query.set(name, value);
    }
    // Commas and colons say more as they are, and are allowed in a query.
    const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
    return text === "" ? path : `${path}?${text}`;
  }

  set(changes: Record<string, string | null>, options: { replace?: boolean } = {}): void {
    this.go(this.with(changes), options);
  }

  /** Follows links and the browser's buttons from now on. */
  follow(): void {
    window.addEventListener("popstate", () => this.#read());
    document.addEventListener("click", (event) => {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = (event.target as Element | null)?.closest("a");
      if (!link || link.target !== "" || link.hasAttribute("download")) return;
      if (link.origin !== window.location.origin || /^\/(api|docs)\//.test(link.pathname)) return;
      if (link.hash !== "" && link.pathname === window.location.pathname) return;
      event.preventDefault();
      const isOtherPage = link.pathname !== window.location.pathname;
      this.go(link.href);
      if (isOtherPage) window.scrollTo(0, 0);
    });
  }

  #read(): void {
    this.path = window.location.pathname;
    const now = new URLSearchParams(window.location.search);
    for (const name of [...this.query.keys()]) if (!now.has(name)) this.query.delete(name);
    for (const [name, value] of now) if (this.query.get(name) !== value) this.query.set(name, value);
  }
}

export const place = new Location();
