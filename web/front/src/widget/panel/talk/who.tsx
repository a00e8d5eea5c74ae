import { useCalm } from "../../../client/calm";
import { useStore } from "../../../client/store";
import { Avatar } from "../../../client/ui/avatar";
import { Who as Site } from "../head";
import { useTalk } from "./voice";

/** The agent while there is one, else the site and the team. */
export function Who() {
  const { panel, voice } = useTalk();
  const { ticket, present } = useStore(panel.state);
  const site = useStore(panel.entrance.site);
  // Without a connection we do not know whether the agent has one.
  const linked = useCalm(panel.line.connection).state === "online";
  const agent = ticket?.live === "assigned" ? ticket.agent : null;
  if (!agent) return <Site name={site?.name ?? ""} about={ticket?.team} />;
  const here = present !== false;
  return (
    <div class="who">
      <Avatar
        name={agent.name}
        id={agent.id}
        presence={!linked ? undefined : here ? "available" : "away"}
      />
      <div class="who-text">
        <h1 class="who-name">
          <bdi>{agent.name}</bdi>
        </h1>
        <p class="who-about">
          {[linked && voice.say(here ? "head.online" : "head.away"), ticket?.team]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
    </div>
  );
}
