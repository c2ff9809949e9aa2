// Pages that were built but are not in the program yet: this answers with the files of a folder
// (CA_BROWSER_SITE) and asks the program for everything else, under the same policy as the program's.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const types: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8", ".css": "text/css", ".html": "text/html; charset=utf-8",
  ".json": "application/json", ".svg": "image/svg+xml", ".txt": "text/plain",
};
const policy =
  "default-src 'self'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; " +
  "img-src 'self' data: blob:; object-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self' blob:";

export class Front {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** On a free port, or on that which it had. */
  static async open(site: string, program: string, port = 0): Promise<Front> {
    const server = createServer((asked, answer) => {
      if (/^\/(api|docs|healthz|readyz)(\/|$|\?)/.test(asked.url ?? "")) pass(asked, answer, program);
      else file(asked, answer, site);
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return new Front(server);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

function pass(asked: IncomingMessage, answer: ServerResponse, program: string): void {
  const { host } = new URL(program);
  const { url = "/", method = "GET", headers } = asked;
  const own = headers.origin === undefined ? {} : { origin: program };
  const up = request(program + url, { method, headers: { ...headers, host, ...own } }, (told) => {
    answer.writeHead(told.statusCode ?? 500, told.headers);
    told.pipe(answer);
  });
  up.on("error", () => answer.destroy());
  answer.on("close", () => up.destroy());
  asked.pipe(up);
}

function file(asked: IncomingMessage, answer: ServerResponse, site: string): void {
  const wanted = join(site, decodeURIComponent(new URL(asked.url ?? "/", "http://site").pathname));
  const isFile = wanted.startsWith(site) && existsSync(wanted) && statSync(wanted).isFile();
  const path = isFile ? wanted : join(site, "index.html");
  answer.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream", "Content-Security-Policy": policy });
  createReadStream(path).pipe(answer);
}
