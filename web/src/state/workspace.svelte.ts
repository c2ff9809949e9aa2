import { catalogue } from "$/reports/catalogue.svelte";
import { Formats } from "$/text/formats";
import { currentLocale } from "$/text/text";
import { isDemo } from "./filters";
import { place } from "./location.svelte";
import { session } from "./session.svelte";

/** The workspace that is looked at: which one, and how its values are written. */
class Workspace {
  readonly isDemo = $derived(isDemo(place.query));
  readonly formats = $derived(
    new Formats({
      locale: session.user ? currentLocale() : navigator.language,
      timezone: catalogue.snapshot?.timezone ?? "UTC",
      currency: catalogue.snapshot?.currency ?? "",
    }),
  );
}

export const workspace = new Workspace();
