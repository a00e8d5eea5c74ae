import { useStore } from "../../../client/store";
import { Icon } from "../../../client/ui/icon";
import { chevronRight } from "../../../client/ui/icons";
import { useTalk } from "./voice";

/** The way back from the start form to the conversation that there was. */
export function Earlier() {
  const { panel, voice } = useTalk();
  const { ticket } = useStore(panel.state);
  if (!ticket) return null;
  return (
    <button type="button" class="earlier" onClick={() => panel.entrance.show({ fresh: false })}>
      <span class="earlier-text">
        <span class="earlier-about">
          {voice.say("earlier")} · {voice.say(`status.${ticket.status}`)}
        </span>
        <bdi class="earlier-subject">{ticket.subject}</bdi>
      </span>
      <Icon of={chevronRight} />
    </button>
  );
}
