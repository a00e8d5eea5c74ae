import { Button, IconButton } from "../client/ui/button";
import { Select, TextField } from "../client/ui/field";
import { chevronDown, chevronUp, plus, trash } from "../client/ui/icons";
import { useSetup } from "./context";
import { CopyLine } from "./copy-line";
import { Editor, Group } from "./editor";
import { useForm, useFormOf } from "./form";
import { Identity } from "./identity";
import type { Site, SiteTopic } from "./kinds";
import { moved, replaced, without } from "./lists";
import { keyOf, originOf, tidyKey } from "./names";
import type { Place } from "./place";
import { mayMake } from "./rights";
import { Fact, SelectSetting, TextSetting } from "./settings";
import { List, Nothing } from "./shelf";
import { Adder, SkillEditor } from "./skill-editor";
import "./sites.css";
import { say as saySkills } from "./skills";
import { names } from "./words";

export function Sites({ place }: { place: Place }) {
  const sites = useSetup().stocks.sites.things ?? [];
  const lines = sites.map((site) => ({
    id: site.key,
    name: site.name,
    about: site.origins[0]?.replace(/^https?:\/\//, "") ?? site.key,
    lead: <Swatch color={site.color} />,
    words: `${site.key} ${names(site.origins)}`,
  }));
  return <List place={place} title="Sites" lines={lines} make="New site" />;
}

function Swatch({ color }: { color: string }) {
  return <span class="swatch" style={{ background: color }} aria-hidden="true" />;
}

export function SitePage({ id }: { id: string }) {
  const state = useSetup();
  const teams = state.stocks.teams.things ?? [];
  const form = useFormOf({ part: "sites", id });
  if (form === null) return <Nothing title="No such site">It may have gone.</Nothing>;
  const { value: site, fresh } = form;
  return (
    <Editor
      form={form}
      title={fresh ? site.name || "New site" : site.name}
      aside={<Swatch color={site.color} />}
      save={fresh ? "Make site" : "Save"}
    >
      <Group title="Site">
        <TextSetting field="name" label="Name" maxlength={120} hint="It heads the chat." />
        {fresh && (
          <TextSetting
            field="key"
            label="Key"
            maxlength={64}
            hint="Stands in the page's HTML, and stays as it is: letters, digits, - and _."
          />
        )}
        <div class="pair">
          <SelectSetting
            field="default_team_id"
            label="Team"
            hint="Gets whoever chooses no topic."
            options={teams.map((team) => ({ value: team.id, label: team.name }))}
          />
          <Color />
        </div>
      </Group>
      {!fresh && <Snippet site={site} />}
      <Group title="Pages" about="Only pages at these addresses may show the chat.">
        <Origins />
      </Group>
      <Group title="Topics" about="What a customer may choose to talk about, in this order.">
        <Topics />
      </Group>
      {!fresh && mayMake(state.me) && <Identity key={id} site={site} />}
      <Group title="Words">
        <TextSetting
          field="greeting"
          label="Greeting"
          rows={3}
          maxlength={1000}
          hint="While somebody is there."
        />
        <TextSetting
          field="away_notice"
          label="Away notice"
          rows={3}
          maxlength={1000}
          hint="While nobody is: what happens to a message."
        />
      </Group>
    </Editor>
  );
}

function Color() {
  const form = useForm<Site>();
  const { color } = form.value;
  if (!form.may("color")) {
    return (
      <Fact label="Colour">
        <Swatch color={color} /> {color}
      </Fact>
    );
  }
  const whole = /^#[0-9a-f]{6}$/i.test(color) ? color : "#000000";
  return (
    <div class="color">
      <TextField
        label="Colour"
        value={color}
        maxlength={7}
        autocomplete="off"
        error={form.fault("color")}
        onInput={(text) => form.set({ color: text.trim() })}
      />
      <input
        type="color"
        aria-label="Pick the colour"
        value={whole}
        onInput={(event) => form.set({ color: event.currentTarget.value })}
      />
    </div>
  );
}

function Snippet({ site }: { site: Site }) {
  const line = `<script async src="${location.origin}/widget.js" data-site="${site.key}"></script>`;
  return (
    <Group title="On your pages" about="This line puts the chat on a page; before </body> is best.">
      <CopyLine label="The line to paste" text={line} />
    </Group>
  );
}

function Origins() {
  const form = useForm<Site>();
  const { origins } = form.value;
  if (!form.may("origins")) return <Fact label="Addresses">{names(origins) || "None"}</Fact>;
  const add = (typed: string): string => {
    const origin = originOf(typed);
    if (origin === null) return "An address is like https://shop.example.com.";
    form.set({ origins: [...new Set([...origins, origin])] });
    return "";
  };
  return (
    <>
      {origins.length === 0 && <p class="list-none">None yet: the chat is shown nowhere.</p>}
      <ul class="origins">
        {origins.map((origin) => (
          <li key={origin}>
            <span dir="ltr">{origin}</span>
            <IconButton
              icon={trash}
              size="s"
              label={`Take ${origin} away`}
              onClick={() => form.set({ origins: origins.filter((one) => one !== origin) })}
            />
          </li>
        ))}
      </ul>
      <Adder
        label="Address of a site's pages"
        words="Add address"
        placeholder="https://shop.example.com"
        maxlength={2000}
        options={[]}
        onAdd={add}
      />
      {form.fault("origins") && (
        <p class="field-error" role="alert">
          {form.fault("origins")}
        </p>
      )}
    </>
  );
}

const NEW_TOPIC: SiteTopic = { key: "", label: "", team_id: null, skills: {} };

function Topics() {
  const form = useForm<Site>();
  const teams = useSetup().stocks.teams.things ?? [];
  const { topics } = form.value;
  if (!form.may("topics")) {
    return (
      <>
        {topics.length === 0 && <p class="list-none">None: nobody is asked.</p>}
        {topics.map((topic) => (
          <Fact key={topic.key} label={topic.label}>
            {teams.find((team) => team.id === topic.team_id)?.name ?? "The site's team"}
            {Object.keys(topic.skills).length > 0 && ` · asks for ${saySkills(topic.skills)}`}
          </Fact>
        ))}
      </>
    );
  }
  const set = (next: readonly SiteTopic[]) => form.set({ topics: next });
  return (
    <>
      {topics.length === 0 && <p class="list-none">None: nobody is asked.</p>}
      <ol class="topics" data-wrong={form.fault("topics") ? true : undefined}>
        {topics.map((topic, index) => (
          // Topics have no other name while they are typed.
          <li key={index} class="topic">
            <TopicFields topic={topic} onChange={(next) => set(replaced(topics, index, next))} />
            <div class="topic-acts">
              <IconButton
                icon={chevronUp}
                size="s"
                label={`Move ${topic.label || "this topic"} up`}
                disabled={index === 0}
                onClick={() => set(moved(topics, index, index - 1))}
              />
              <IconButton
                icon={chevronDown}
                size="s"
                label={`Move ${topic.label || "this topic"} down`}
                disabled={index === topics.length - 1}
                onClick={() => set(moved(topics, index, index + 1))}
              />
              <IconButton
                icon={trash}
                size="s"
                label={`Delete ${topic.label || "this topic"}`}
                onClick={() => set(without(topics, index))}
              />
            </div>
          </li>
        ))}
      </ol>
      {form.fault("topics") && (
        <p class="field-error" role="alert">
          {form.fault("topics")}
        </p>
      )}
      <div>
        <Button size="s" icon={plus} onClick={() => set([...topics, NEW_TOPIC])}>
          Add topic
        </Button>
      </div>
    </>
  );
}

interface TopicFieldsProps {
  topic: SiteTopic;
  onChange: (topic: SiteTopic) => void;
}

function TopicFields({ topic, onChange }: TopicFieldsProps) {
  const teams = useSetup().stocks.teams.things ?? [];
  const put = (change: Partial<SiteTopic>) => onChange({ ...topic, ...change });
  return (
    <fieldset class="topic-fields" aria-label={topic.label || "New topic"}>
      <div class="pair">
        <TextField
          label="Label"
          value={topic.label}
          maxlength={120}
          autocomplete="off"
          onInput={(label) => put({ label, key: keyOf(topic, label) })}
        />
        <TextField
          label="Key"
          aside="for rules and pages"
          value={topic.key}
          maxlength={64}
          autocomplete="off"
          onInput={(key) => put({ key: tidyKey(key) })}
        />
      </div>
      <Select
        label="Team"
        value={topic.team_id ?? ""}
        options={[
          { value: "", label: "The site's team" },
          ...teams.map((team) => ({ value: team.id, label: team.name })),
        ]}
        onChange={(id) => put({ team_id: id || null })}
      />
      <SkillEditor
        label="Skills asked for"
        skills={topic.skills}
        onChange={(skills) => put({ skills })}
      />
    </fieldset>
  );
}
