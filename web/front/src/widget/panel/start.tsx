import { useState } from "preact/hooks";
import { opening } from "../../client/opening";
import { useStore } from "../../client/store";
import { Button } from "../../client/ui/button";
import { Select, TextArea, TextField } from "../../client/ui/field";
import { send } from "../../client/ui/glyphs";
import type { SiteView } from "../../client/wire.gen";
import { useAround, useFirstFocus } from "./context";
import type { Form } from "./entrance";

/** The first screen: a question, and where to answer. When nobody is there for its topic it leaves a message. */
export function Start() {
  const { entrance, voice } = useAround();
  const site = useStore(entrance.site);
  const form = useStore(entrance.form);
  const talk = useStore(entrance.talk);
  const { problem, talking } = useStore(entrance.shown);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const door = site?.topics.find(({ key }) => key === form.topic) ?? site;
  const attended = door?.attended ?? true;
  const errors = (tried && talk?.screens.faults(form)) || {};
  const set = (change: Partial<Form>) => entrance.form.update((kept) => ({ ...kept, ...change }));
  const submit = async () => {
    setTried(true);
    if (busy) return;
    setBusy(true);
    await entrance.start(form, !attended);
    setBusy(false);
  };

  return (
    <div class="start">
      <Welcome site={site} door={door} />
      <form
        class="start-form"
        ref={useFirstFocus<HTMLFormElement>()}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <TextArea
          label={voice.say("start.question")}
          placeholder={voice.say("start.question.hint")}
          rows={4}
          value={form.body}
          error={errors.body}
          onInput={(body) => set({ body })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void submit();
          }}
        />
        {site && site.topics.length > 1 && (
          <Select
            label={voice.say("start.topic")}
            value={form.topic}
            onChange={(topic) => set({ topic })}
            options={[
              { value: "", label: voice.say("start.topic.none") },
              ...site.topics.map(({ key, label }) => ({ value: key, label })),
            ]}
          />
        )}
        <div class="start-contact">
          <TextField
            label={voice.say("start.name")}
            aside={voice.say("start.optional")}
            autocomplete="name"
            maxlength={120}
            value={form.name}
            onInput={(name) => set({ name })}
          />
          <TextField
            label={voice.say("start.email")}
            aside={voice.say("start.optional")}
            type="email"
            autocomplete="email"
            maxlength={254}
            value={form.email}
            error={errors.email}
            hint={attended ? undefined : voice.say("start.email.away")}
            onInput={(email) => set({ email })}
          />
        </div>
        <Button kind="primary" size="l" type="submit" icon={send} busy={busy} wide>
          {voice.say(attended ? "start.send" : "start.send.away")}
        </Button>
      </form>
      {talking && talk && <talk.screens.Earlier />}
    </div>
  );
}

interface WelcomeProps {
  site: SiteView | null;
  door: Pick<SiteView, "attended" | "opens_at"> | null;
}

/** Said at once, and again when it turns: who comes to a closed desk should not write first to learn it. */
function Welcome({ site, door }: WelcomeProps) {
  const { voice } = useAround();
  const state = !door || door.attended ? "start" : door.opens_at ? "start.closed" : "start.away";
  return (
    <div class="welcome" aria-live="polite">
      <h2>{voice.say(`${state}.title`)}</h2>
      {door?.opens_at && <p>{opening(door.opens_at, Date.now(), voice)}</p>}
      <p dir="auto">{(state !== "start" && site?.notice) || voice.say(`${state}.lead`)}</p>
    </div>
  );
}
