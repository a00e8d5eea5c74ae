import { useState } from "preact/hooks";
import { useStore } from "../../client/store";
import { isBlank, lengthOf, tidy } from "../../client/text";
import { Button } from "../../client/ui/button";
import { Select, TextArea, TextField } from "../../client/ui/field";
import { send } from "../../client/ui/glyphs";
import type { SiteView } from "../../client/wire.gen";
import { useAround, useFirstFocus } from "./context";
import type { Form } from "./entrance";

const LIMIT = 8_000;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The first screen: a question, and where to answer. When nobody is there it leaves a message. */
export function Start() {
  const { entrance, voice } = useAround();
  const site = useStore(entrance.site);
  const form = useStore(entrance.form);
  const talk = useStore(entrance.talk);
  const { problem, talking } = useStore(entrance.shown);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const attended = site?.attended ?? true;
  const errors = tried ? faults(form, voice.say) : {};
  const set = (change: Partial<Form>) => entrance.form.update((kept) => ({ ...kept, ...change }));
  const submit = async () => {
    setTried(true);
    if (busy || Object.keys(faults(form, voice.say)).length > 0) return;
    setBusy(true);
    const tidied = {
      ...form,
      body: tidy(form.body),
      name: tidy(form.name),
      email: form.email.trim(),
    };
    await entrance.start(tidied, !attended);
    setBusy(false);
  };

  return (
    <div class="start">
      <Welcome site={site} />
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
            {voice.say("start.failed")} {problem}
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

function Welcome({ site }: { site: SiteView | null }) {
  const { voice } = useAround();
  const away = site !== null && !site.attended;
  return (
    <div class="welcome">
      <h2>{voice.say(away ? "start.away.title" : "start.title")}</h2>
      <p dir="auto">
        {site?.notice ? site.notice : voice.say(away ? "start.away.lead" : "start.lead")}
      </p>
    </div>
  );
}

type Say = ReturnType<typeof useAround>["voice"]["say"];

function faults(form: Form, say: Say): { body?: string; email?: string } {
  const found: { body?: string; email?: string } = {};
  const over = lengthOf(form.body) - LIMIT;
  if (isBlank(form.body)) found.body = say("start.empty");
  else if (over > 0) found.body = say("start.too.long", { n: over });
  if (!isBlank(form.email) && !ADDRESS.test(form.email.trim()))
    found.email = say("start.email.bad");
  return found;
}
