import { useRef } from "preact/hooks";
import { useStore } from "../../client/store";
import { Button } from "../../client/ui/button";
import { useAround } from "./context";
import { Head } from "./head";
import { Start } from "./start";

/** The whole panel: a head, the truth about the connection, and one screen. */
export function App() {
  const { entrance } = useAround();
  const talk = useStore(entrance.talk);
  const root = useRef<HTMLElement>(null);
  return (
    <main
      class="panel"
      ref={root}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) entrance.close();
        else talk?.screens.holdFocus(event, root.current);
      }}
    >
      <Head />
      {talk && <talk.screens.Link />}
      <Screen />
    </main>
  );
}

function Screen() {
  const { entrance, voice } = useAround();
  const site = useStore(entrance.site);
  const talk = useStore(entrance.talk);
  const { talking, fresh, starting, stuck } = useStore(entrance.shown);
  const conversing = (talking || starting !== null) && !fresh;
  if (stuck && (conversing || !site)) return <Stuck />;
  if (conversing && talk) return <talk.screens.Talk />;
  if (site && !conversing) return <Start />;
  return (
    <div class="hold" role="status" aria-label={voice.say("loading")}>
      <span class="spinner" />
    </div>
  );
}

function Stuck() {
  const { voice } = useAround();
  return (
    <div class="hold" role="alert">
      <h2>{voice.say("failed.title")}</h2>
      <p>{voice.say("failed.text")}</p>
      <Button kind="primary" onClick={() => location.reload()}>
        {voice.say("failed.again")}
      </Button>
    </div>
  );
}
