// What lies above the page: popovers, dialogs, panels, the drawer. Esc closes the topmost only.

interface Layer {
  close: () => void;
}

const open: Layer[] = [];

function onKey(event: KeyboardEvent): void {
  const top = open.at(-1);
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !top) return;
  event.preventDefault();
  event.stopPropagation();
  top.close();
}

/** A layer opens; the answer takes it away again, however it was closed. */
export function openLayer(close: () => void): () => void {
  const layer = { close };
  if (open.length === 0) window.addEventListener("keydown", onKey);
  open.push(layer);
  return () => {
    const index = open.indexOf(layer);
    if (index >= 0) open.splice(index, 1);
    if (open.length === 0) window.removeEventListener("keydown", onKey);
  };
}

/** Whether Esc would close that one. */
export function isTopmost(close: () => void): boolean {
  return open.at(-1)?.close === close;
}
