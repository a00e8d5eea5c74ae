import { useId, useState } from "preact/hooks";
import { Button, IconButton } from "../client/ui/button";
import { close, plus } from "../client/ui/icons";
import { useSetup } from "./context";
import type { Skills } from "./kinds";
import "./skill-editor.css";
import { known, LEVELS, withoutSkill, withSkill } from "./skills";

interface SkillEditorProps {
  label: string;
  hint?: string;
  skills: Skills;
  /** Null where somebody may only look. */
  onChange: ((skills: Skills) => void) | null;
}

/** Skills, each with a level of one to five dots. */
export function SkillEditor({ label, hint, skills, onChange }: SkillEditorProps) {
  const { stocks } = useSetup();
  const others = known(stocks.people.things ?? [], stocks.sites.things ?? []);
  return (
    <fieldset class="skills">
      <legend class="field-label">{label}</legend>
      {hint && <p class="field-hint">{hint}</p>}
      {Object.keys(skills).length === 0 && !onChange && <p class="skills-none">None</p>}
      {Object.keys(skills).length > 0 && (
        <ul>
          {Object.entries(skills).map(([name, level]) => (
            <li key={name} class="skill">
              <bdi class="skill-name">{name}</bdi>
              <Level
                of={name}
                level={level}
                onChange={onChange && ((next) => onChange({ ...skills, [name]: next }))}
              />
              {onChange && (
                <IconButton
                  icon={close}
                  size="s"
                  label={`Take ${name} away`}
                  onClick={() => onChange(withoutSkill(skills, name))}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {onChange && (
        <Adder
          label={`Add to ${label.toLocaleLowerCase()}`}
          words="Add skill"
          placeholder="billing, returns, bicycles…"
          maxlength={60}
          options={others
            .filter((name) => !(name in skills))
            .map((name) => ({ value: name, label: "" }))}
          onAdd={(typed) => {
            onChange(withSkill(skills, typed));
            return "";
          }}
        />
      )}
    </fieldset>
  );
}

interface LevelProps {
  /** Whose level it is. */
  of: string;
  level: number;
  onChange: ((level: number) => void) | null;
}

function Level({ of, level, onChange }: LevelProps) {
  const name = useId();
  const text = `${of}: level ${level} of 5`;
  if (!onChange) {
    return (
      <span class="level" role="img" aria-label={text}>
        {LEVELS.map((one) => (
          <i key={one} class="level-dot" data-on={one <= level || undefined} />
        ))}
      </span>
    );
  }
  return (
    <span class="level" role="radiogroup" aria-label={text}>
      {LEVELS.map((one) => (
        <label key={one} title={`Level ${one}`}>
          <input
            type="radio"
            name={name}
            aria-label={String(one)}
            checked={one === level}
            onChange={() => onChange(one)}
          />
          <i class="level-dot" data-on={one <= level || undefined} />
        </label>
      ))}
      <span class="level-number numeric" aria-hidden="true">
        {level}
      </span>
    </span>
  );
}

interface AdderProps {
  label: string;
  /** On the button. */
  words: string;
  placeholder: string;
  maxlength: number;
  options: readonly { value: string; label: string }[];
  /** Answers what is wrong with the text; empty when it was added. */
  onAdd: (typed: string) => string;
}

/** A field with suggestions, and a button: Enter adds, and does not save the form. */
export function Adder({ label, words, placeholder, maxlength, options, onAdd }: AdderProps) {
  const list = useId();
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  const add = () => {
    if (typed.trim() === "") return;
    const wrong = onAdd(typed);
    setFault(wrong);
    if (wrong === "") setTyped("");
  };
  return (
    <div class="adder">
      <input
        class="input"
        dir="auto"
        list={list}
        aria-label={label}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? `${list}-fault` : undefined}
        placeholder={placeholder}
        maxLength={maxlength}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add();
        }}
      />
      <datalist id={list}>
        {options.map((option) => (
          <option key={option.value} value={option.value} label={option.label || undefined} />
        ))}
      </datalist>
      <Button size="s" icon={plus} disabled={typed.trim() === ""} onClick={add}>
        {words}
      </Button>
      {fault && (
        <p class="field-error" id={`${list}-fault`} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
