import { Avatar } from "../client/ui/avatar";
import { Badge } from "../client/ui/badge";
import { measured, TEAM_NUMBERS as N, WEIGHT } from "./bounds";
import { useSetup } from "./context";
import { Editor, Group } from "./editor";
import { useForm, useFormOf } from "./form";
import { isZone, say } from "./hours";
import { HoursEditor, Now } from "./hours-editor";
import type { Team } from "./kinds";
import type { Typed } from "./numbers";
import { type Place, write } from "./place";
import {
  CheckSetting,
  ChoiceSetting,
  Fact,
  NumberField,
  NumberSetting,
  SelectSetting,
  TextSetting,
} from "./settings";
import { List, Nothing } from "./shelf";
import "./teams.css";
import { ASSIGNMENTS, STRATEGIES } from "./words";

export function Teams({ place }: { place: Place }) {
  const teams = useSetup().stocks.teams.things ?? [];
  const lines = teams.map((team) => ({
    id: team.id,
    name: team.name,
    about: about(team),
    badge: team.paused && <Badge tone="warn">Paused</Badge>,
  }));
  return <List place={place} title="Teams" lines={lines} make="New team" />;
}

function about(team: Team): string {
  const open = team.hours === null || !isZone(team.time_zone) ? "" : ` · ${say(team, Date.now())}`;
  return `${ASSIGNMENTS[team.assignment].name}, ${STRATEGIES[team.strategy].name.toLowerCase()}${open}`;
}

export function TeamPage({ id }: { id: string }) {
  const form = useFormOf({ part: "teams", id });
  if (form === null) return <Nothing title="No such team">It may have gone.</Nothing>;
  const { value: team, fresh } = form;
  return (
    <Editor
      form={form}
      title={fresh ? team.name || "New team" : team.name}
      aside={!fresh && team.hours !== null && <Now team={team} />}
      save={fresh ? "Make team" : "Save"}
    >
      <Group title="Team">
        <TextSetting field="name" label="Name" maxlength={120} />
        <CheckSetting
          field="paused"
          label="Paused"
          hint="Nothing is handed out by itself. Agents may still take chats from the queue."
        />
      </Group>
      <Dealing team={team} />
      <Waiting />
      <Group title="Opening hours">
        <HoursEditor />
      </Group>
      <Group title="Targets and alerts" about="What lists colour by, and when boards ring.">
        <div class="pair">
          <NumberSetting
            field="service_percent"
            label="Answer this share"
            measure={N.service_percent}
          />
          <NumberSetting
            field="wait_target_seconds"
            label="Within"
            measure={N.wait_target_seconds}
          />
        </div>
        <div class="pair">
          <NumberSetting
            field="alert_depth"
            label="Ring when so many wait"
            measure={N.alert_depth}
            none="Never"
          />
          <NumberSetting
            field="alert_wait_seconds"
            label="Ring when somebody waits"
            measure={N.alert_wait_seconds}
            none="Never"
          />
        </div>
      </Group>
      <Group title="When a customer goes quiet">
        <div class="pair">
          <NumberSetting
            field="silence_warn_seconds"
            label="Ask whether they are there after"
            measure={N.silence_warn_seconds}
          />
          <NumberSetting
            field="silence_solve_seconds"
            label="Then call it solved after"
            measure={N.silence_solve_seconds}
          />
        </div>
        <div class="pair">
          <NumberSetting
            field="close_after_seconds"
            label="Close a solved ticket after"
            hint="Until then the customer's next message opens it again."
            measure={N.close_after_seconds}
          />
        </div>
      </Group>
      {!fresh && <Members team={team} />}
    </Editor>
  );
}

/** Who gets the next chat, and how. */
function Dealing({ team }: { team: Team }) {
  return (
    <Group title="Handing out chats" about="Who gets the next chat of this queue, and how.">
      <ChoiceSetting field="assignment" label="Assignment" choices={ASSIGNMENTS} />
      {team.assignment === "offered" && (
        <div class="pair">
          <NumberSetting
            field="offer_timeout_seconds"
            label="Time to accept"
            hint="Then the next agent is asked."
            measure={N.offer_timeout_seconds}
          />
        </div>
      )}
      <ChoiceSetting field="strategy" label="Strategy" choices={STRATEGIES} />
      <CheckSetting
        field="sticky"
        label="Back to the last agent"
        hint="A customer who returns gets the agent they know, if that one has room."
      />
      <div class="pair">
        <NumberSetting
          field="team_capacity"
          label="Most for one agent"
          hint="In this team; what an agent can carry in all is set with the person."
          measure={N.team_capacity}
          none="No limit"
        />
        <NumberSetting
          field="wrap_up_seconds"
          label="Wrap-up"
          hint="How long the place stays taken after a chat ends."
          measure={N.wrap_up_seconds}
        />
      </div>
      <Weights />
    </Group>
  );
}

const CHANNELS = [
  ["chat", "A chat weighs"],
  ["message", "A left message weighs"],
] as const;

function Weights() {
  const form = useForm<Team>();
  const { weights } = form.value;
  return (
    <div class="pair">
      {CHANNELS.map(([channel, label]) => {
        const weight = (weights[channel] ?? 100) as Typed;
        return form.may("weights") ? (
          <NumberField
            key={channel}
            label={label}
            aside="chats"
            value={weight}
            scale={WEIGHT.scale}
            error={form.fault("weights")}
            onInput={(typed) => form.set({ weights: { ...weights, [channel]: typed } })}
          />
        ) : (
          <Fact key={channel} label={label}>
            {measured(weight, WEIGHT)}
          </Fact>
        );
      })}
    </div>
  );
}

function Waiting() {
  const { value: team } = useForm<Team>();
  const teams = useSetup().stocks.teams.things ?? [];
  const others = teams
    .filter((other) => other.id !== team.id)
    .map((other) => ({ value: other.id, label: other.name }));
  return (
    <Group title="While customers wait">
      <div class="pair">
        <NumberSetting
          field="queue_max"
          label="Largest queue"
          hint="Whoever comes then can leave a message."
          measure={N.queue_max}
          none="No limit"
        />
        <NumberSetting
          field="relax_seconds"
          label="Insist on language and skills for"
          hint="Then anybody of the team will do, the fitting ones first."
          measure={N.relax_seconds}
          none="As long as it takes"
        />
      </div>
      <div class="pair">
        <SelectSetting
          field="overflow_team_id"
          label="Move on to"
          hint="With the time they have waited, while somebody is at work there."
          options={others}
          none="No other team"
        />
        {team.overflow_team_id !== null && (
          <NumberSetting
            field="overflow_seconds"
            label="After waiting"
            measure={N.overflow_seconds}
          />
        )}
      </div>
      <div class="pair">
        <SelectSetting
          field="fallback_team_id"
          label="While nobody of this team is there"
          hint="Where new arrivals go."
          options={others.map(({ value, label }) => ({ value, label: `To ${label}` }))}
          none="They stay with this team"
        />
      </div>
    </Group>
  );
}

function Members({ team }: { team: Team }) {
  const people = useSetup().stocks.people.things ?? [];
  const members = people.filter((one) => !one.disabled && one.team_ids.includes(team.id));
  return (
    <Group title="Members" about="Who is in a team is set with the person.">
      {members.length === 0 && <p class="list-none">Nobody yet.</p>}
      <ul class="members">
        {members.map((one) => (
          <li key={one.id}>
            <a href={write({ part: "people", id: one.id })}>
              <Avatar name={one.name} id={one.id} size="xs" />
              <bdi>{one.name}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </Group>
  );
}
