import { useState } from "preact/hooks";
import { useNow } from "../client/clock";
import { Badge } from "../client/ui/badge";
import { Button, IconButton } from "../client/ui/button";
import { TextField } from "../client/ui/field";
import { close, plus } from "../client/ui/icons";
import { Menu } from "../client/ui/menu";
import { useForm } from "./form";
import {
  clockOf,
  DAY_NAMES,
  faultOf,
  isZone,
  localOf,
  nextInterval,
  say,
  shown,
  withDays,
} from "./hours";
import "./hours-editor.css";
import { DAYS, type Day, type Hours, type Interval, type Team } from "./kinds";
import { without } from "./lists";
import { COPY } from "./paths";
import { Check, Fact } from "./settings";

const WEEKDAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri"];
const OFFICE: Hours = Object.fromEntries(WEEKDAYS.map((day) => [day, [["09:00", "17:00"]]]));

/** When a team is open: its week, its time zone, its holidays, and what follows for this moment. */
export function HoursEditor() {
  const form = useForm<Team>();
  const { hours } = form.value;
  if (!form.may("hours")) return <HoursFacts team={form.value} />;
  return (
    <>
      <div class="hours-switch">
        <Check
          label="Open at set hours only"
          hint="Else the team is open day and night."
          on={hours !== null}
          onChange={(on) => form.set({ hours: on ? OFFICE : null })}
        />
        <Now team={form.value} />
      </div>
      {hours !== null && (
        <>
          <ul class="week" data-wrong={form.fault("hours") ? true : undefined}>
            {DAYS.map((day) => (
              <DayRow key={day} day={day} hours={hours} />
            ))}
          </ul>
          <Zone />
          <Holidays />
        </>
      )}
    </>
  );
}

/** What the hours come to now, by this machine's clock. */
export function Now({ team }: { team: Team }) {
  const now_ms = useNow(15_000);
  if (!isZone(team.time_zone)) return null;
  const text = say(team, now_ms);
  return (
    <Badge tone={text === "Open now" ? "good" : "neutral"} dot>
      {text}
    </Badge>
  );
}

function DayRow({ day, hours }: { day: Day; hours: Hours }) {
  const form = useForm<Team>();
  const intervals = hours[day] ?? [];
  const name = DAY_NAMES[day];
  const set = (next: readonly Interval[]) => form.set({ hours: withDays(hours, [day], next) });
  const copy = (to: readonly Day[]) => form.set({ hours: withDays(hours, to, intervals) });
  const fault = form.draft.tried || intervals.length > 1 ? faultOf(intervals) : "";
  return (
    <li class="week-day" data-closed={intervals.length === 0 || undefined}>
      <span class="week-name">{name}</span>
      <div class="week-times">
        {intervals.length === 0 && <span class="week-closed">Closed</span>}
        {intervals.map((interval, index) => (
          // Nothing but its place tells one interval of a day from another.
          <span key={index} class="week-interval">
            {([0, 1] as const).map((end) => (
              <input
                key={end}
                type="time"
                class="input"
                aria-label={`${name}: ${end === 0 ? "opens" : "closes"}`}
                aria-invalid={fault ? true : undefined}
                value={shown(interval[end])}
                onInput={({ currentTarget: { value } }) =>
                  set(intervals.map((one, at) => (at === index ? put(one, end, value) : one)))
                }
              />
            ))}
            <IconButton
              icon={close}
              size="s"
              label={`${name}: take these hours away`}
              onClick={() => set(without(intervals, index))}
            />
          </span>
        ))}
        {fault && (
          <span class="field-error" role="alert">
            {fault}
          </span>
        )}
      </div>
      <div class="week-acts">
        <IconButton
          icon={plus}
          size="s"
          label={`${name}: add hours`}
          disabled={intervals.length >= 10}
          onClick={() => set([...intervals, nextInterval(intervals)])}
        />
        <Menu
          label={`${name}: copy to other days`}
          icon={COPY}
          items={[
            { label: "Copy to Monday to Friday", onClick: () => copy(WEEKDAYS) },
            { label: "Copy to every day", onClick: () => copy(DAYS) },
          ]}
        />
      </div>
    </li>
  );
}

function put(interval: Interval, end: 0 | 1, clock: string): Interval {
  return end === 0 ? [clock, interval[1]] : [interval[0], clock];
}

function Zone() {
  const form = useForm<Team>();
  const now_ms = useNow(15_000);
  const { time_zone } = form.value;
  const known = isZone(time_zone);
  const there = known ? localOf(now_ms, time_zone) : null;
  const clock = there && clockOf(there.minutes);
  return (
    <div class="zone">
      <TextField
        label="Time zone"
        value={time_zone}
        list="zones"
        autocomplete="off"
        error={
          known ? form.fault("time_zone") : "Like Europe/Zurich; the list helps while you type."
        }
        hint={clock ? `It is ${clock} there now.` : undefined}
        onInput={(text) => form.set({ time_zone: text.trim() })}
      />
      <datalist id="zones">
        {["UTC", ...Intl.supportedValuesOf("timeZone")].map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  );
}

function Holidays() {
  const form = useForm<Team>();
  const [date, setDate] = useState("");
  const { holidays } = form.value;
  const add = () => {
    if (date === "") return;
    form.set({ holidays: [...new Set([...holidays, date])].sort() });
    setDate("");
  };
  return (
    <fieldset class="holidays">
      <legend class="field-label">Holidays</legend>
      <p class="field-hint">The team stays closed all day.</p>
      {holidays.length > 0 && (
        <ul class="chips">
          {holidays.map((one) => (
            <li key={one} class="chip">
              <time dateTime={one}>{dateWords(one)}</time>
              <IconButton
                icon={close}
                size="s"
                label={`${dateWords(one)}: take away`}
                onClick={() => form.set({ holidays: holidays.filter((other) => other !== one) })}
              />
            </li>
          ))}
        </ul>
      )}
      <div class="adder">
        <input
          type="date"
          class="input"
          aria-label="Date of a holiday"
          value={date}
          onInput={(event) => setDate(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <Button size="s" icon={plus} disabled={date === ""} onClick={add}>
          Add holiday
        </Button>
      </div>
    </fieldset>
  );
}

function HoursFacts({ team }: { team: Team }) {
  const { hours, time_zone, holidays } = team;
  if (hours === null) return <Fact label="Hours">Day and night</Fact>;
  return (
    <>
      <ul class="week">
        {DAYS.map((day) => (
          <li key={day} class="week-day" data-closed={hours[day]?.length ? undefined : true}>
            <span class="week-name">{DAY_NAMES[day]}</span>
            <span class={hours[day]?.length ? "week-times numeric" : "week-closed"}>
              {(hours[day] ?? []).map((ends) => ends.join("–")).join(", ") || "Closed"}
            </span>
          </li>
        ))}
      </ul>
      <Fact label="Time zone">{time_zone}</Fact>
      <Fact label="Holidays">{holidays.map(dateWords).join(" · ") || "None"}</Fact>
    </>
  );
}

function dateWords(date: string): string {
  return new Date(`${date}T12:00:00Z`).toLocaleDateString(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
}
