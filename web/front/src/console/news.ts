/** What has happened between two states that a person should be called for. Pure. */

import type { ConversationSummary, OfferView } from "../client/wire.gen";
import { mine, summaryOf } from "./lists";
import type { State } from "./state";

export type News =
  | { readonly type: "offered"; readonly offer: OfferView }
  | { readonly type: "assigned"; readonly row: ConversationSummary }
  | { readonly type: "wrote"; readonly row: ConversationSummary; readonly text: string };

/** Nothing is news in the first snapshot: that is how things stand. */
export function news(before: State, after: State): News[] {
  if (!before.me || before === after) return [];
  return [...offered(before, after), ...assigned(before, after), ...wrote(before, after)];
}

function offered(before: State, after: State): News[] {
  const known = new Set(before.offers.map((offer) => offer.offer_id));
  return after.offers
    .filter((offer) => !known.has(offer.offer_id))
    .map((offer) => ({ type: "offered", offer }));
}

function assigned(before: State, after: State): News[] {
  if (before.rows === after.rows) return [];
  const known = new Set(mine(before).map((row) => row.conversation_id));
  return mine(after)
    .filter((row) => !known.has(row.conversation_id))
    .map((row) => ({ type: "assigned", row }));
}

/** New lines of customers in the threads that were followed already, in chats of one's own. */
function wrote(before: State, after: State): News[] {
  if (before.followed === after.followed) return [];
  return mine(after).flatMap((row) => {
    const [was, is] = [before.followed[row.conversation_id], after.followed[row.conversation_id]];
    const last = is?.public.entries.at(-1);
    const known = was?.public.entries.at(-1);
    if (
      !was?.summary ||
      !last ||
      last.author.kind !== "customer" ||
      last.seq <= (known?.seq ?? 0)
    ) {
      return [];
    }
    if (last.seq <= row.agent_seen || last.kind !== "message") return [];
    const shown = summaryOf(after, row.conversation_id) ?? row;
    return [{ type: "wrote" as const, row: shown, text: last.body ?? "" }];
  });
}
