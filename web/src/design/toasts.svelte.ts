export interface Toast {
  text: string;
  tone?: "good" | "bad" | "neutral";
  action?: { label: string; run: () => void };
}

/** What has just happened, in a corner, for a while; what failed stays until it is sent away. */
class ToastList {
  #list = $state<(Toast & { id: number })[]>([]);
  #next = 1;

  get list(): readonly (Toast & { id: number })[] {
    return this.#list;
  }

  show(toast: Toast): void {
    const id = this.#next++;
    // At most three: whoever does much reads the last.
    this.#list = [...this.#list.slice(-2), { ...toast, id }];
  }

  remove(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new ToastList();
