import IntlMessageFormat from "intl-messageformat";
import { en } from "./en";

/** What can be said, by id; English is complete and every other language is checked against it. */
export type MessageId = keyof typeof en;
export type Messages = Record<MessageId, string>;
export type Values = Record<string, string | number | Date>;

const languages: Record<string, Partial<Messages>> = { en };
const prepared = new Map<string, IntlMessageFormat>();
let locale = "en";

/** The language of texts, where there is a catalogue of it, and the forms of numbers and dates: a
    BCP 47 tag ("en-GB", "de"). What is not one is as if nothing had been said. */
export function setLocale(tag: string): void {
  locale = isLocale(tag) ? tag : "en";
  prepared.clear();
}

export function currentLocale(): string {
  return locale;
}

/** A message in the ICU syntax of its catalogue, with its values put in as text, never as markup. */
export function t(id: MessageId, values?: Values): string {
  let message = prepared.get(id);
  if (!message) {
    const text = languages[locale.split("-")[0] ?? "en"]?.[id];
    // Plurals follow the language that the message is in.
    message = new IntlMessageFormat(text ?? en[id], text ? locale : "en", undefined, { ignoreTag: true });
    prepared.set(id, message);
  }
  return String(message.format(values));
}

/** Whether a word is the id of a message: names of reports and segments may have one, or not. */
export function isMessage(id: string): id is MessageId {
  return id in en;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
