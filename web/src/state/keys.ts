/** Whether a key was pressed for itself: without others, and not to write something. */
export function isPlainKey(event: KeyboardEvent, key: string): boolean {
  if (event.key.toLowerCase() !== key || event.defaultPrevented || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target instanceof HTMLElement ? event.target : null;
  return !(target?.isContentEditable || target?.closest("input, textarea, select, [role='menu']"));
}
