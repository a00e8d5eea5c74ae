/** What may be written in a conversation, and which of it is meant. Pure. */

import type { ConversationSummary, StaffView } from "../client/wire.gen";

export type Mode = "reply" | "note" | "whisper";

/**
 * What one may write here, the usual first: a reply only to one's own; a whisper only as a
 * supervisor to the agent who holds it; a note wherever one can read.
 */
export function modesOf(me: StaffView | null, summary: ConversationSummary): readonly Mode[] {
  if (!me) return [];
  const held = summary.live === "assigned" && summary.assignee !== null;
  if (held && summary.assignee?.id === me.id) return ["reply", "note"];
  return held && me.role !== "agent" ? ["whisper", "note"] : ["note"];
}

/**
 * The mode that is shown. A chat can change hands under one's fingers: what was being written to
 * colleagues then goes on to colleagues, never to the customer.
 *
 * @param wanted what the person chose or wrote in; null when they did neither yet
 */
export function modeOf(wanted: Mode | null, modes: readonly Mode[]): Mode {
  if (wanted && modes.includes(wanted)) return wanted;
  return wanted && wanted !== "reply" ? "note" : (modes[0] ?? "note");
}
