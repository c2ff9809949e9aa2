// Sending a file with progress, which `fetch` does not tell of what is sent.
import { csrfHeader, type Schemas } from "$/api/client";
import { Problem } from "$/api/problem";

export type Uploaded = Schemas["Upload"];

export interface Sending {
  /** Fails with a Problem; with E-CANCELLED after `cancel`. */
  readonly done: Promise<Uploaded>;
  cancel(): void;
}

export function send(file: File, onProgress: (bytes: number) => void): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<Uploaded>((resolve, reject) => {
    request.open("POST", `/api/v1/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(csrfHeader())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Uploaded);
      else reject(problemOf(request));
    };
    request.onerror = () =>
      reject(new Problem({ code: "E-NET", message: "The connection broke.", hint: "Try again." }));
    request.onabort = () => reject(new Problem({ code: "E-CANCELLED", message: "Cancelled." }));
  });
  request.send(file);
  return { done, cancel: () => request.abort() };
}

function problemOf(request: XMLHttpRequest): Problem {
  const told = request.response as Partial<Schemas["Problem"]> | null;
  return new Problem({
    code: told?.code ?? `E-HTTP-${request.status}`,
    message: told?.detail ?? request.statusText,
    status: request.status,
    hint: told?.hint ?? "",
    details: (told?.details ?? {}) as Record<string, string>,
    instance: told?.instance ?? "",
  });
}
