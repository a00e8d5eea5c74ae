import { useState } from "preact/hooks";
import { useCalm } from "../../../client/calm";
import { useNow } from "../../../client/clock";
import type { Item } from "../../../client/letters";
import { opening } from "../../../client/opening";
import { Refused } from "../../../client/replies";
import { useStore } from "../../../client/store";
import { Button } from "../../../client/ui/button";
import { TextField } from "../../../client/ui/field";
import { Icon } from "../../../client/ui/icon";
import { check, external, mail } from "../../../client/ui/icons";
import type { TicketView } from "../../../client/wire.gen";
import { turnedAway } from "../../away";
import { waitWords } from "../../story";
import { Confirm } from "./confirm";
import { useTalk } from "./voice";

/** Above the thread: the place in line, that a message is kept, and the ticket with its status page. */
export function Standing({ first }: { first: Item | undefined }) {
  const { panel } = useTalk();
  const { ticket } = useStore(panel.state);
  const { starting } = useStore(panel.entrance.shown);
  if (starting) return <Starting first={first} />;
  if (!ticket) return <Unseen />;
  return (
    <div class="standing">
      {ticket.live === "waiting" && <Waiting />}
      {ticket.live === "message" && <Left />}
      <TicketLine ticket={ticket} />
    </div>
  );
}

/** Said where there is a conversation that cannot be fetched. */
function Unseen() {
  const { panel, voice } = useTalk();
  const { state } = useCalm(panel.line.connection);
  if (state !== "reconnecting" && state !== "offline") return null;
  return <p class="unseen-talk">{voice.say("talk.unseen")}</p>;
}

function Starting({ first }: { first: Item | undefined }) {
  const { panel, voice } = useTalk();
  const { state } = useStore(panel.line.connection);
  const key = state === "online" && first?.state !== "waiting" ? "starting" : "kept";
  return (
    <div class="standing">
      <section class="place" role="status">
        <span class="place-mark">
          <span class="spinner" />
        </span>
        <div class="place-text">
          <p class="place-title">{voice.say(`${key}.title`)}</p>
          <p>{voice.say(`${key}.text`)}</p>
        </div>
      </section>
    </div>
  );
}

function Waiting() {
  const { panel, voice } = useTalk();
  const { place } = useStore(panel.state);
  const now = useNow(60_000);
  const linked = useCalm(panel.line.connection).state === "online";
  const [asking, setAsking] = useState(false);
  const deserted = place?.attended === false;
  const title = !place ? "place.unknown" : place.position === 1 ? "place.next" : "place.number";
  return (
    <section class="place" data-stale={!linked || undefined}>
      <span class="place-mark numeric" aria-hidden="true">
        {place?.position ?? "…"}
      </span>
      <div class="place-text">
        <p class="place-title" role="status">
          {voice.say(title, { n: place?.position ?? 0 })}
        </p>
        {place && <p>{waitWords(place, now, voice)}</p>}
        {deserted && <p>{voice.say("place.nobody")}</p>}
        {!deserted && <p class="place-keep">{voice.say("place.keep")}</p>}
        <Button
          size="s"
          kind={deserted ? "primary" : "secondary"}
          icon={mail}
          onClick={() => setAsking(true)}
        >
          {voice.say("place.leave")}
        </Button>
      </div>
      {asking && <Confirm what="leave" onClose={() => setAsking(false)} />}
    </section>
  );
}

function Left() {
  const { panel, voice } = useTalk();
  const { email, thread, site } = useStore(panel.state);
  const now = useNow(60_000);
  const away = turnedAway(thread, now);
  // Opened earlier than it said.
  const opens_at = site?.attended ? null : away?.opens_at;
  return (
    <section class="place">
      <span class="place-mark">
        <Icon of={check} size={20} />
      </span>
      <div class="place-text">
        <p class="place-title" role="status">
          {voice.say("left.title")}
        </p>
        {opens_at && <p>{opening(opens_at, now, voice)}</p>}
        <p>
          {email ? voice.say("left.text.mail", { email }) : voice.say("left.text")}
          {away?.reason === "full" && ` ${voice.say("left.full")}`}
        </p>
        {!email && <Contact />}
        {(site?.attended || away?.reason === "full") && (
          <Join words={away?.reason === "full" ? "left.again" : "left.join"} />
        )}
      </div>
    </section>
  );
}

/** Back in line with what was left. Whether that is possible, the desk says. */
function Join({ words }: { words: "left.again" | "left.join" }) {
  const { panel, voice } = useTalk();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const join = async () => {
    setBusy(true);
    setProblem("");
    try {
      await panel.joinQueue();
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : voice.say("again"));
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="s" busy={busy} onClick={join}>
        {voice.say(words)}
      </Button>
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}

function Contact() {
  const { panel, voice } = useTalk();
  const [email, setEmail] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const save = async () => {
    setBusy(true);
    setProblem("");
    try {
      await panel.setContact(email.trim());
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : voice.say("again"));
      setBusy(false);
    }
  };
  return (
    <form
      class="contact"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField
        label={voice.say("left.email")}
        type="email"
        autocomplete="email"
        required
        maxlength={254}
        value={email}
        error={problem}
        onInput={setEmail}
      />
      <Button type="submit" busy={busy}>
        {voice.say("left.email.save")}
      </Button>
    </form>
  );
}

function TicketLine({ ticket }: { ticket: TicketView }) {
  const { voice } = useTalk();
  return (
    <div class="ticket-line">
      <span>
        <span class="numeric">{voice.say("ticket.number", { number: ticket.number })}</span>
        {" · "}
        {voice.say(`status.${ticket.status}`)}
      </span>
      {ticket.status_path && (
        <a href={ticket.status_path} target="_blank" rel="noopener noreferrer">
          {voice.say("ticket.follow")}
          <Icon of={external} size={13} />
        </a>
      )}
    </div>
  );
}
