import { useEffect, useState } from "preact/hooks";
import { useNow } from "../client/clock";
import { nameOf } from "../client/names";
import { Avatar } from "../client/ui/avatar";
import { Button } from "../client/ui/button";
import type { OfferView } from "../client/wire.gen";
import "./offers.css";
import type { State } from "./state";
import { useAct, useWorkplace } from "./workplace";

/** The chats that are proposed to this agent now, each with its time. */
export function Offers({ state }: { state: State }) {
  return (
    <section class="offers" aria-label="Offers" aria-live="assertive">
      {state.offers.map((offer) => (
        <OfferCard key={offer.offer_id} offer={offer} state={state} />
      ))}
    </section>
  );
}

const REASONS = ["Not my topic", "Busy right now", "On a break soon"];

function OfferCard({ offer, state }: { offer: OfferView; state: State }) {
  const { places, calls } = useWorkplace();
  const { busy, act } = useAct();
  const [declining, setDeclining] = useState(false);
  const { conversation, offer_id } = offer;
  const accept = () =>
    act({ type: "accept_offer", offer_id }, () => places.open(conversation.conversation_id));
  const decline = (reason: string) => act({ type: "decline_offer", offer_id, reason });
  useEffect(() => calls.listen((call) => call === "decline" && setDeclining(true)), []);
  return (
    <article class="offer" aria-label={`Offer: ${nameOf(conversation.customer)}`}>
      <div class="offer-head">
        <Avatar name={conversation.customer.name} id={conversation.customer.id} />
        <div class="offer-who">
          <bdi class="offer-name">{nameOf(conversation.customer)}</bdi>
          <span class="offer-team">
            <bdi>{state.teams[conversation.team_id]?.name ?? "A customer"}</bdi>
            {conversation.priority > 1 && " · high priority"}
          </span>
        </div>
        <Ring offer={offer} />
      </div>
      <p class="offer-text" dir="auto">
        {conversation.preview || conversation.subject}
      </p>
      {offer.why && <p class="offer-why">{offer.why}</p>}
      {declining ? (
        <fieldset class="offer-reasons">
          <legend>Why not?</legend>
          {REASONS.map((reason) => (
            <Button key={reason} size="s" disabled={busy} onClick={() => decline(reason)}>
              {reason}
            </Button>
          ))}
          <Button size="s" kind="quiet" disabled={busy} onClick={() => setDeclining(false)}>
            Back
          </Button>
        </fieldset>
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
    </article>
  );
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
