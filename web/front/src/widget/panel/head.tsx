import { useStore } from "../../client/store";
import { IconButton } from "../../client/ui/button";
import { chat, chevronDown, chevronLeft } from "../../client/ui/glyphs";
import { Icon } from "../../client/ui/icon";
import { useAround } from "./context";

/** Who one talks to, what else can be done, and the way out. */
export function Head() {
  const { entrance, voice } = useAround();
  const site = useStore(entrance.site);
  const talk = useStore(entrance.talk);
  const { talking, fresh, starting } = useStore(entrance.shown);
  const conversing = talking && !fresh && !starting;
  return (
    <header class="head">
      {talking && fresh && (
        <IconButton
          icon={chevronLeft}
          label={voice.say("head.back")}
          onClick={() => entrance.show({ fresh: false })}
        />
      )}
      {conversing && talk ? <talk.screens.Who /> : <Who name={site?.name ?? ""} />}
      <div class="head-acts">
        {talk && <talk.screens.More conversing={conversing} />}
        <IconButton
          class="head-close"
          icon={chevronDown}
          label={voice.say("head.close")}
          onClick={() => entrance.close()}
        />
      </div>
    </header>
  );
}

/** The site, as long as there is nobody yet. */
export function Who({ name, about }: { name: string; about?: string }) {
  const { voice } = useAround();
  return (
    <div class="who">
      <span class="who-mark">
        <Icon of={chat} size={20} />
      </span>
      <div class="who-text">
        <h1 class="who-name">
          <bdi>{name || voice.say("head.chat")}</bdi>
        </h1>
        {about && <p class="who-about">{about}</p>}
      </div>
    </div>
  );
}
