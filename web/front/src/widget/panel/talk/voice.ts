import { type Key, type Voice, voice } from "../../../client/i18n";
import { useAround } from "../context";
import type { Panel } from "./panel";
import { type EN, TABLES } from "./words";

/** The voice of a conversation, for what is not drawn. */
export const spoken = voice(TABLES, navigator.languages);

/** The panel, and the words of a conversation. What is drawn here is drawn only once the panel is there. */
export function useTalk(): { panel: Panel; voice: Voice<Key<typeof EN>> } {
  const talk = useAround().entrance.talk.state;
  if (!talk) throw new Error("drawn before the conversation was loaded");
  return { panel: talk.panel, voice: spoken };
}
