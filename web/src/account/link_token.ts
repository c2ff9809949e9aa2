/** The token of a link: it stands behind the # of the address, so that no log has it. */
export function tokenOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") || null;
}
