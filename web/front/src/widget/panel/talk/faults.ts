import { isBlank, lengthOf } from "../../../client/text";
import type { Form } from "../entrance";
import { spoken } from "./voice";

const LIMIT = 8_000;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What has to be mended in the start form before it can be sent, by field. */
export function faults({ body, email }: Form): { body?: string; email?: string } {
  const found: { body?: string; email?: string } = {};
  const over = lengthOf(body) - LIMIT;
  if (isBlank(body)) found.body = spoken.say("form.empty");
  else if (over > 0) found.body = spoken.say("form.too.long", { n: over });
  if (!isBlank(email) && !ADDRESS.test(email.trim())) found.email = spoken.say("form.email.bad");
  return found;
}
