import { useState } from "preact/hooks";
import type { Details } from "../client/details";
import { send } from "../client/http";
import { nameOf } from "../client/names";
import { reason } from "../client/reason";
import { PRIORITY } from "../client/ui/marks";
import { Switch } from "../client/ui/switch";
import type { ConversationSummary } from "../client/wire.gen";
import { mayRank } from "./conversation";
import "./rank.css";
import type { State } from "./state";
import { useAct, useWorkplace } from "./workplace";

interface RankProps {
  state: State;
  summary: ConversationSummary;
  details: Details;
  onChanged: () => void;
}

/** What puts this chat before others: its priority, and for supervisors whom they make a VIP. */
export function Rank({ state, summary, details, onChanged }: RankProps) {
  const supervises = state.me !== null && state.me.role !== "agent";
  if (!mayRank(state, summary) && !supervises) return null;
  return (
    <div class="rank">
      {mayRank(state, summary) && <Priority summary={summary} />}
      {supervises && <Vips details={details} onChanged={onChanged} />}
    </div>
  );
}

function Priority({ summary }: { summary: ConversationSummary }) {
  const { busy, act } = useAct();
  const { conversation_id, priority } = summary;
  return (
    <fieldset class="rank-priority" disabled={busy}>
      <legend>Priority</legend>
      <div class="rank-choices">
        {PRIORITY.map((word, number) => (
          <label key={word} data-priority={number}>
            <input
              type="radio"
              class="unseen"
              name={`priority.${conversation_id}`}
              checked={priority === number}
              onChange={() => void act({ type: "set_priority", conversation_id, priority: number })}
            />
            <span>{word}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Vips({ details, onChanged }: Pick<RankProps, "details" | "onChanged">) {
  const { toasts } = useWorkplace();
  const [busy, setBusy] = useState(false);
  const { id, vip, organisation, organisation_id, organisation_vip } = details.customer;
  const change = async (path: string, on: boolean) => {
    setBusy(true);
    try {
      await send("PATCH", path, { vip: on });
      onChanged();
    } catch (error) {
      toasts.show(reason(error), "bad");
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="rank-vips">
      <Switch
        label={`${nameOf(details.customer)} is a VIP`}
        on={vip}
        disabled={busy}
        onChange={(on) => void change(`/api/customers/${encodeURIComponent(id)}`, on)}
      />
      {organisation_id && (
        <Switch
          label={`${organisation} is a VIP`}
          on={organisation_vip}
          disabled={busy}
          onChange={(on) =>
            void change(`/api/organisations/${encodeURIComponent(organisation_id)}`, on)
          }
        />
      )}
    </div>
  );
}
