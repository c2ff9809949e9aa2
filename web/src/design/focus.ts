const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex="-1"])';

/** What the keyboard reaches inside an element, in order. */
export function focusableIn(node: Element): HTMLElement[] {
  return [...node.querySelectorAll<HTMLElement>(focusable)].filter((item) => item.offsetParent !== null);
}

/** Gives the focus back to where it was, unless it has gone somewhere else on purpose. Afterwards: what
    a layer made inert is reached again only when it is gone. */
export function returnFocus(to: Element | null, from: Element): void {
  const now = document.activeElement;
  const isFree = now === null || now === document.body || from.contains(now);
  if (!isFree || !(to instanceof HTMLElement)) return;
  queueMicrotask(() => {
    if (to.isConnected && !to.closest("[inert]")) to.focus({ preventScroll: true });
  });
}
