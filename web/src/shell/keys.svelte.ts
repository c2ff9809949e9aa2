// Keys that work on the whole page. Whoever can do something registers its key while he can; the
// cheat sheet lists what is registered.
import { SvelteSet } from "svelte/reactivity";

export type KeyGroup = "go" | "page" | "everywhere";

export interface KeyBinding {
  /** One key, or two after one another: "d", "g o", "?". */
  keys: string;
  /** What it does, in words. */
  label: string;
  group: KeyGroup;
  run: () => void;
}

/** So long the second key may come after the first. */
const patience = 1500;

/** Whether keys go into something: a text, a list of choices. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input:not([type=checkbox], [type=radio], [type=range], [type=button])");
}

class Keys {
  readonly #bindings = new SvelteSet<KeyBinding>();
  #first = "";
  #firstAt = 0;

  get all(): readonly KeyBinding[] {
    return [...this.#bindings];
  }

  /** Registers; the answer takes it away. Of two of the same keys the later one is used. */
  on(binding: KeyBinding): () => void {
    this.#bindings.add(binding);
    return () => this.#bindings.delete(binding);
  }

  /** To be called with what the window gets. */
  readonly press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
    if (event.key.length !== 1) return;
    const isSecond = this.#first !== "" && event.timeStamp - this.#firstAt <= patience;
    const found = (isSecond && this.#find(`${this.#first} ${event.key}`)) || this.#find(event.key);
    this.#first = found ? "" : event.key;
    this.#firstAt = event.timeStamp;
    if (!found) return;
    event.preventDefault();
    found.run();
  };

  #find(keys: string): KeyBinding | undefined {
    return this.all.findLast((binding) => binding.keys === keys);
  }
}

export const keys = new Keys();
