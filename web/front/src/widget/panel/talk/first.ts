import { tidy } from "../../../client/text";
import type { StartConversation } from "../../../client/wire.gen";
import type { Page } from "../../bridge";
import type { Form } from "../entrance";

const MOST = 20;
const LONGEST = 300;
const NAME = /^[A-Za-z0-9_-]{1,60}$/;

/**
 * The form as a first message, with the page that it was written on. `leave`: to be
 * answered later. `language`: the browser's, for pages that do not say theirs.
 */
export function first(
  form: Form,
  page: Page,
  leave: boolean,
  language: string,
): Omit<StartConversation, "client_id" | "ref"> {
  return {
    type: "start_conversation",
    body: tidy(form.body),
    name: tidy(form.name),
    email: form.email.trim(),
    topic: form.topic,
    leave,
    page_url: page.url.slice(0, 2000),
    page_title: page.title.slice(0, 300),
    language: (page.language || language).slice(0, 35),
    attributes: described(page.attributes),
  };
}

/** What a page has said of the visit, as far as the server takes it: short names with short texts. */
export function described(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const fit = Object.entries(attributes).filter(([name, value]) => value && NAME.test(name));
  // Cut by code points, for half of a pair is no text.
  const short = (text: string) => tidy([...text].slice(0, LONGEST).join(""));
  return Object.fromEntries(fit.slice(0, MOST).map(([name, value]) => [name, short(value)]));
}
