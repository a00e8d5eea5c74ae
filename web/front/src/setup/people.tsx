import { useState } from "preact/hooks";
import { languageName } from "../client/language";
import { reason } from "../client/reason";
import { Avatar } from "../client/ui/avatar";
import { Badge } from "../client/ui/badge";
import { Button, IconButton } from "../client/ui/button";
import { Dialog } from "../client/ui/dialog";
import { close } from "../client/ui/icons";
import { CAPACITY } from "./bounds";
import { useSetup, useTools } from "./context";
import { Editor, Group } from "./editor";
import { useForm, useFormOf } from "./form";
import type { Person } from "./kinds";
import { find, suggested } from "./languages";
import type { Place } from "./place";
import { mayMake } from "./rights";
import { Check, ChoiceSetting, Fact, NumberSetting, TextSetting } from "./settings";
import { type Line, List, Nothing } from "./shelf";
import { Adder, SkillEditor } from "./skill-editor";
import { say as saySkills } from "./skills";
import { names, ROLES } from "./words";

export function People({ place }: { place: Place }) {
  const people = useSetup().stocks.people.things ?? [];
  const lines = people.map(line).sort((one, other) => Number(one.quiet) - Number(other.quiet));
  return <List place={place} title="People" lines={lines} make="Add person" />;
}

function line(person: Person): Line {
  const languages = person.languages.map((code) => languageName(code));
  const able = names([...languages, saySkills(person.skills)].filter(Boolean));
  return {
    id: person.id,
    name: person.name,
    about: person.disabled ? "Disabled" : able || person.email,
    lead: <Avatar name={person.name} id={person.id} size="s" />,
    badge: person.role !== "agent" && !person.disabled && <Badge>{ROLES[person.role].name}</Badge>,
    words: `${person.email} ${ROLES[person.role].name} ${able}`,
    quiet: person.disabled,
  };
}

export function PersonPage({ id }: { id: string }) {
  const state = useSetup();
  const form = useFormOf({ part: "people", id });
  if (form === null) return <Nothing title="No such person">The account may have gone.</Nothing>;
  const { value: person, fresh } = form;
  if (person.disabled) return <Gone person={person} />;
  const removable = !fresh && mayMake(state.me) && person.id !== state.me.id;
  return (
    <Editor
      form={form}
      title={fresh ? person.name || "New person" : person.name}
      aside={!fresh && <Badge>{ROLES[person.role].name}</Badge>}
      save={fresh ? "Add person" : "Save"}
    >
      <Group title="Account">
        <div class="pair">
          <TextSetting field="name" label="Name" maxlength={120} hint="Customers see it." />
          <TextSetting field="email" label="Email" type="email" maxlength={254} />
        </div>
        {fresh && (
          <div class="pair">
            <TextSetting
              field="password"
              label="First password"
              type="password"
              maxlength={200}
              hint="Ten characters or more. Give it to them safely."
            />
          </div>
        )}
        <ChoiceSetting field="role" label="Role" choices={ROLES} />
        {person.id === state.me.id && (
          <p class="field-hint">Nobody changes their own role: ask another admin.</p>
        )}
      </Group>
      <Group title="Teams and capacity">
        <TeamsOf />
        <div class="pair">
          <NumberSetting
            field="capacity"
            label="Capacity"
            hint="How much they carry at once, over all teams."
            measure={CAPACITY}
          />
        </div>
      </Group>
      <Group
        title="Languages and skills"
        about="Chats that ask for them come here first. Who lacks what a chat asks for gets it only once the team relaxes, or when nobody at work speaks the language: name English too."
      >
        <Languages />
        <Skills />
      </Group>
      {removable && <Removal person={person} />}
    </Editor>
  );
}

function TeamsOf() {
  const form = useForm<Person>();
  const teams = useSetup().stocks.teams.things ?? [];
  const { team_ids } = form.value;
  if (!form.may("team_ids")) {
    const held = teams.filter((team) => team_ids.includes(team.id)).map((team) => team.name);
    return <Fact label="Teams">{names(held) || "None"}</Fact>;
  }
  const put = (id: string, on: boolean) =>
    form.set({
      team_ids: teams
        .map((team) => team.id)
        .filter((one) => (one === id ? on : team_ids.includes(one))),
    });
  return (
    <fieldset class="choice-set">
      <legend class="field-label">Teams</legend>
      {form.fresh && team_ids.length === 0 && (
        <p class="field-hint">None chosen means all of them.</p>
      )}
      {teams.map((team) => (
        <Check
          key={team.id}
          label={<bdi>{team.name}</bdi>}
          on={team_ids.includes(team.id)}
          onChange={(on) => put(team.id, on)}
        />
      ))}
    </fieldset>
  );
}

function Languages() {
  const form = useForm<Person>();
  const { languages } = form.value;
  if (!form.may("languages")) {
    return (
      <Fact label="Languages">{names(languages.map((code) => languageName(code))) || "None"}</Fact>
    );
  }
  const add = (typed: string): string => {
    const code = find(typed);
    if (code === null) return "Not a language we know. Try its English name, or a code such as fr.";
    form.set({ languages: [...new Set([...languages, code])] });
    return "";
  };
  return (
    <fieldset class="languages">
      <legend class="field-label">Languages</legend>
      {languages.length > 0 && (
        <ul class="chips">
          {languages.map((code) => (
            <li key={code} class="chip">
              {languageName(code)} <small>{code}</small>
              <IconButton
                icon={close}
                size="s"
                label={`Take ${languageName(code)} away`}
                onClick={() => form.set({ languages: languages.filter((one) => one !== code) })}
              />
            </li>
          ))}
        </ul>
      )}
      <Adder
        label="Add a language"
        words="Add language"
        placeholder="French"
        maxlength={60}
        options={suggested().map(({ code, name }) => ({ value: name, label: code }))}
        onAdd={add}
      />
    </fieldset>
  );
}

function Skills() {
  const form = useForm<Person>();
  const may = form.may("skills");
  return (
    <SkillEditor
      label="Skills"
      hint={may ? "With a level from one, a beginner, to five, the one to ask." : undefined}
      skills={form.value.skills}
      onChange={may ? (skills) => form.set({ skills }) : null}
    />
  );
}

function Removal({ person }: { person: Person }) {
  const [asked, setAsked] = useState(false);
  return (
    <Group title="Disable the account">
      <p class="group-text">
        <bdi>{person.name}</bdi> is signed out at once, and their chats go back in line. What they
        wrote stays.
      </p>
      <div>
        <Button onClick={() => setAsked(true)}>Disable…</Button>
      </div>
      {asked && <RemovalDialog person={person} onClose={() => setAsked(false)} />}
    </Group>
  );
}

function RemovalDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { workshop, toasts } = useTools();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const disable = async () => {
    setBusy(true);
    try {
      await workshop.disable(person.id);
      toasts.show(`The account of ${person.name} is disabled.`, "good");
      onClose();
    } catch (error) {
      setProblem(reason(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Disable ${person.name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button kind="danger" busy={busy} onClick={() => void disable()}>
            Disable
          </Button>
        </>
      }
    >
      <p>They cannot sign in any more. From here it cannot be undone.</p>
      {problem && (
        <p class="field-error" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

function Gone({ person }: { person: Person }) {
  return (
    <Nothing title={`${person.name} is disabled`}>
      The account stays for what they wrote. Nobody can sign in with it.
    </Nothing>
  );
}
