import type { ConversationSummary } from "./wire.gen";

/**
 * What two words about one conversation come to: the higher version is right about its state, the
 * longer thread about its newest line, since an ordinary message does not raise the version.
 */
export function newer(
  known: ConversationSummary | undefined | null,
  word: ConversationSummary,
): ConversationSummary {
  if (!known) return word;
  const state = word.version >= known.version ? word : known;
  const line = known.public_head > word.public_head ? known : word;
  return {
    ...state,
    preview: line.preview,
    unanswered_since: line.unanswered_since,
    public_head: line.public_head,
    staff_head: Math.max(known.staff_head, word.staff_head),
    agent_seen: Math.max(known.agent_seen, word.agent_seen),
    customer_seen: Math.max(known.customer_seen, word.customer_seen),
  };
}
