/** Where to go after signing in: what `next` says when it is a page of this server, else the first page. */
export function nextPath(next: string | null, origin: string): string {
  const first = "/index";
  // Browsers read "\" as "/" and leave out tabs and line ends: only what has none of them is believed.
  // eslint-disable-next-line no-control-regex
  if (next === null || !/^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(next)) return first;
  const url = URL.canParse(next, origin) ? new URL(next, origin) : null;
  if (url?.origin !== origin) return first;
  if (/^\/(|login|logout|register|reset-password)(\.html)?$/.test(url.pathname)) return first;
  if (/^\/(api|docs)\//.test(url.pathname)) return first;
  return url.pathname + url.search + url.hash;
}
