import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Select, TextArea, TextField } from "../client/ui/field";
import { type Measure, measured } from "./bounds";
import { useForm } from "./form";
import { read, type Typed, write } from "./numbers";
import "./settings.css";

interface SettingProps {
  field: string;
  label: string;
  hint?: ComponentChildren;
}

/** What somebody may see and not change: text, not a dead field. */
export function Fact(props: { label: string; children: ComponentChildren }) {
  return (
    <dl class="fact">
      <dt>{props.label}</dt>
      <dd dir="auto">{props.children}</dd>
    </dl>
  );
}

interface TextSettingProps extends SettingProps {
  type?: "text" | "email" | "password";
  maxlength?: number;
  placeholder?: string;
  /** More than one line. */
  rows?: number;
}

export function TextSetting({ field, rows, type, ...rest }: TextSettingProps) {
  const form = useForm();
  const value = String(form.value[field] ?? "");
  if (!form.may(field)) return <Fact label={rest.label}>{value || "None"}</Fact>;
  const shared = {
    ...rest,
    value,
    error: form.fault(field),
    onInput: (text: string) => form.set({ [field]: text }),
  };
  if (rows) return <TextArea {...shared} rows={rows} />;
  return (
    <TextField
      {...shared}
      type={type}
      autocomplete={type === "password" ? "new-password" : "off"}
    />
  );
}

interface NumberSettingProps extends SettingProps {
  measure: Measure;
  /** What it means to leave it empty. */
  none?: string;
}

export function NumberSetting({ field, measure, none, label, hint }: NumberSettingProps) {
  const form = useForm();
  const value = form.value[field] as Typed;
  const { scale, unit } = measure;
  if (!form.may(field)) {
    return <Fact label={label}>{value === null ? none : measured(value, measure)}</Fact>;
  }
  return (
    <NumberField
      {...{ label, hint, value, scale }}
      aside={unit}
      placeholder={none}
      error={form.fault(field)}
      onInput={(typed) => form.set({ [field]: typed })}
    />
  );
}

interface NumberFieldProps {
  label: string;
  hint?: ComponentChildren;
  aside?: string;
  placeholder?: string;
  error?: string;
  value: Typed;
  scale: number;
  onInput: (value: Typed) => void;
}

/** A number as it is typed: while somebody is at it, nothing is rewritten under their hands. */
export function NumberField({ value, scale, onInput, ...rest }: NumberFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextField
      {...rest}
      inputmode="decimal"
      autocomplete="off"
      maxlength={12}
      value={typed ?? write(value, scale)}
      onInput={(text) => {
        setTyped(text);
        onInput(read(text, scale));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

interface SelectSettingProps extends SettingProps {
  options: readonly { value: string; label: string; disabled?: boolean }[];
  /** The words for null, which is a choice then. */
  none?: string;
}

export function SelectSetting({ field, options, none, label, hint }: SelectSettingProps) {
  const form = useForm();
  const value = (form.value[field] ?? "") as string;
  const all = none === undefined ? options : [{ value: "", label: none }, ...options];
  if (!form.may(field)) {
    return <Fact label={label}>{all.find((one) => one.value === value)?.label ?? value}</Fact>;
  }
  return (
    <Select
      {...{ label, hint, value }}
      options={all}
      error={form.fault(field)}
      onChange={(chosen) => form.set({ [field]: chosen === "" ? null : chosen })}
    />
  );
}

export function CheckSetting({ field, label, hint }: SettingProps) {
  const form = useForm();
  const on = form.value[field] === true;
  if (!form.may(field)) return <Fact label={label}>{on ? "Yes" : "No"}</Fact>;
  return <Check {...{ label, hint, on }} onChange={(next) => form.set({ [field]: next })} />;
}

interface CheckProps {
  label: ComponentChildren;
  hint?: ComponentChildren;
  on: boolean;
  onChange: (on: boolean) => void;
}

/** On or off, in effect once it is saved. */
export function Check({ label, hint, on, onChange }: CheckProps) {
  const about = useId();
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={on}
        aria-describedby={hint ? about : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="check-label">{label}</span>
      {hint && (
        <span class="check-hint" id={about}>
          {hint}
        </span>
      )}
    </label>
  );
}

interface ChoiceSettingProps extends SettingProps {
  choices: Readonly<Record<string, { name: string; about: string }>>;
}

/** One of a few, each with a sentence. */
export function ChoiceSetting({ field, label, choices }: ChoiceSettingProps) {
  const form = useForm();
  const name = useId();
  const value = String(form.value[field]);
  if (!form.may(field)) {
    const chosen = choices[value];
    return (
      <Fact label={label}>
        {chosen?.name ?? value}
        {chosen && <span class="fact-about">{chosen.about}</span>}
      </Fact>
    );
  }
  return (
    <fieldset class="choice-set">
      <legend class="field-label">{label}</legend>
      {Object.entries(choices).map(([key, choice]) => (
        <label key={key} class="check">
          <input
            type="radio"
            name={name}
            checked={key === value}
            onChange={() => form.set({ [field]: key })}
          />
          <span class="check-label">{choice.name}</span>
          <span class="check-hint">{choice.about}</span>
        </label>
      ))}
    </fieldset>
  );
}
