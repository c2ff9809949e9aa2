import { catalogue } from "$/reports/catalogue.svelte";
import { Formats } from "$/text/formats";
import { currentLocale } from "$/text/text";
import { session } from "./session.svelte";

/** The workspace that is looked at: how its values are written. */
class Workspace {
  readonly formats = $derived(
    new Formats({
      locale: session.user ? currentLocale() : navigator.language,
      timezone: catalogue.snapshot?.timezone ?? "UTC",
      currency: catalogue.snapshot?.currency ?? "",
    }),
  );
}

export const workspace = new Workspace();
