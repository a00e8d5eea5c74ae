import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useNow } from "../client/clock";
import { nameOf } from "../client/names";
import { Avatar } from "../client/ui/avatar";
import { Button, IconButton } from "../client/ui/button";
import { close } from "../client/ui/icons";
import { Asked, Marks } from "../client/ui/marks";
import type { OfferView } from "../client/wire.gen";
import "./offers.css";
import type { State } from "./state";
import { useAct, useWorkplace } from "./workplace";

/** The chats that are proposed to this agent now, each with its time; and the one that ran out unanswered. */
export function Offers({ state }: { state: State }) {
  const [first] = state.offers;
  return (
    <section class="offers" aria-label="Offers">
      {state.offers.map((offer) => (
        <OfferCard key={offer.offer_id} offer={offer} state={state} first={offer === first} />
      ))}
      {!first && state.missed && <Missed key={state.missed.offer_id} offer={state.missed} />}
    </section>
  );
}

/** Without it the card would just be gone, for whoever looked away. */
function Missed({ offer }: { offer: OfferView }) {
  const [shown, setShown] = useState(true);
  if (!shown) return null;
  return (
    <p class="offer-missed" role="status">
      <span>
        <bdi>{nameOf(offer.conversation.customer)}</bdi> was offered to you and went on: the time
        ran out.
      </span>
      <IconButton icon={close} size="s" label="Dismiss" onClick={() => setShown(false)} />
    </p>
  );
}

const REASONS = ["Not my topic", "Busy right now", "On a break soon"];

interface OfferCardProps {
  offer: OfferView;
  state: State;
  /** The one that keys speak of. */
  first: boolean;
}

function OfferCard({ offer, state, first }: OfferCardProps) {
  const { places, calls } = useWorkplace();
  const { busy, act } = useAct();
  const [declining, setDeclining] = useState<boolean | null>(null);
  const foot = useRef<HTMLDivElement>(null);
  const { conversation, offer_id } = offer;
  const accept = () =>
    act({ type: "accept_offer", offer_id }, () => places.open(conversation.conversation_id));
  const decline = (reason: string) => act({ type: "decline_offer", offer_id, reason });
  useEffect(
    () => calls.listen((call) => first && call === "decline" && setDeclining(true)),
    [first],
  );
  // The buttons are replaced under the hand: the keyboard goes on where they were.
  useLayoutEffect(() => {
    if (declining !== null) foot.current?.querySelector("button")?.focus();
  }, [declining]);
  return (
    <article class="offer" aria-label={`Offer: ${nameOf(conversation.customer)}`}>
      <p class="unseen" role="alert">
        {announcement(offer, state)}
      </p>
      <div class="offer-head">
        <Avatar name={conversation.customer.name} id={conversation.customer.id} />
        <div class="offer-who">
          <bdi class="offer-name">{nameOf(conversation.customer)}</bdi>
          <span class="offer-team">
            <bdi>{teamOf(offer, state)}</bdi>
          </span>
        </div>
        <Ring offer={offer} />
      </div>
      <div class="offer-marks">
        <Marks row={conversation} />
        <Asked row={conversation} />
      </div>
      <p class="offer-text" dir="auto">
        {conversation.preview || conversation.subject}
      </p>
      {offer.why && <p class="offer-why">{offer.why}</p>}
      <div ref={foot}>
        {declining ? (
          <Reasons busy={busy} onChoose={decline} onBack={() => setDeclining(false)} />
        ) : (
          <div class="offer-acts">
            <Button wide disabled={busy} onClick={() => setDeclining(true)}>
              Decline
            </Button>
            <Button wide kind="primary" busy={busy} onClick={accept} data-accept>
              Accept
            </Button>
          </div>
        )}
      </div>
    </article>
  );
}

interface ReasonsProps {
  busy: boolean;
  onChoose: (reason: string) => void;
  onBack: () => void;
}

/** One press each, or a few words of one's own; supervisors read them beside the chat. */
function Reasons({ busy, onChoose, onBack }: ReasonsProps) {
  const [words, setWords] = useState("");
  const said = (event: Event) => {
    event.preventDefault();
    if (words.trim()) onChoose(words.trim());
  };
  return (
    <form
      class="offer-reasons"
      onSubmit={said}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onBack();
      }}
    >
      <fieldset disabled={busy}>
        <legend>Why not?</legend>
        {REASONS.map((reason) => (
          <Button key={reason} size="s" onClick={() => onChoose(reason)}>
            {reason}
          </Button>
        ))}
        <div class="offer-other">
          <input
            class="input"
            aria-label="Another reason"
            placeholder="Another reason"
            maxLength={200}
            dir="auto"
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
          <Button size="s" type="submit" disabled={!words.trim()}>
            Decline
          </Button>
          <Button size="s" kind="quiet" onClick={onBack}>
            Back
          </Button>
        </div>
      </fieldset>
    </form>
  );
}

function teamOf(offer: OfferView, state: State): string {
  return state.teams[offer.conversation.team_id]?.name ?? "A customer";
}

/** Read out once when it comes; the seconds that run would drown everything else. */
function announcement(offer: OfferView, state: State): string {
  const { conversation, offered_at, expires_at } = offer;
  const seconds = Math.round((Date.parse(expires_at) - Date.parse(offered_at)) / 1000);
  return `Offer: ${nameOf(conversation.customer)}, ${teamOf(offer, state)}, ${seconds} seconds. Accept or decline.`;
}

const ROUND = 2 * Math.PI * 16;

/** The time that is left, as a ring that empties. */
function Ring({ offer }: { offer: OfferView }) {
  const { desk } = useWorkplace();
  const now = useNow(250) + desk.offset_ms;
  const [from, to] = [Date.parse(offer.offered_at), Date.parse(offer.expires_at)];
  const left = Math.max(0, Math.min(1, (to - now) / Math.max(1, to - from)));
  const seconds = Math.max(0, Math.ceil((to - now) / 1000));
  return (
    <span class="ring" data-short={seconds <= 8 || undefined}>
      <svg width="40" height="40" viewBox="0 0 40 40" aria-hidden="true">
        <circle class="ring-track" cx="20" cy="20" r="16" />
        <circle
          class="ring-left"
          cx="20"
          cy="20"
          r="16"
          stroke-dasharray={ROUND}
          stroke-dashoffset={ROUND * (1 - left)}
        />
      </svg>
      <span
        class="ring-text numeric"
        role="timer"
        aria-live="off"
        aria-label={`${seconds} seconds left`}
      >
        {seconds}
      </span>
    </span>
  );
}
