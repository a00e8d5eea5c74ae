import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./field.css";

export { Switch } from "./switch";

interface FieldProps {
  label: string;
  /** Below the control, in quiet words. */
  hint?: ComponentChildren;
  /** What is wrong and what to do; marks the control and is read out. */
  error?: string;
  /** "optional", beside the label. */
  aside?: string;
  hideLabel?: boolean;
}

interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

type Control<P> = (props: Omit<P, keyof FieldProps> & Wiring) => ComponentChildren;

/** Label and words around a control, which gets what is left of the properties and its wiring. */
function field<P extends FieldProps>(props: P, control: Control<P>) {
  const { label, hint, error, aside, hideLabel, ...rest } = props;
  const id = useId();
  const about = error || hint ? `${id}-about` : undefined;
  const wiring = { id, "aria-describedby": about, "aria-invalid": error ? true : undefined };
  return (
    <div class="field">
      <label htmlFor={id} class={hideLabel ? "unseen" : "field-label"}>
        {label}
        {aside && <span class="field-aside"> {aside}</span>}
      </label>
      {control({ ...rest, ...wiring } as Omit<P, keyof FieldProps> & Wiring)}
      {about && (
        <p
          id={about}
          class={error ? "field-error" : "field-hint"}
          role={error ? "alert" : undefined}
        >
          {error || hint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  value: string;
  onInput: (text: string) => void;
  type?: "text" | "email" | "password" | "search" | "number";
  name?: string;
  autocomplete?: "name" | "email" | "username" | "current-password" | "new-password" | "off";
  autofocus?: boolean;
  min?: number;
  max?: number;
  placeholder?: string;
  required?: boolean;
  maxlength?: number;
  disabled?: boolean;
  /** Which keys a phone shows. */
  inputmode?: "decimal";
  /** Id of a datalist. */
  list?: string;
  onBlur?: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
}

export function TextField(props: TextFieldProps) {
  return field(props, ({ onInput, type = "text", ...rest }) => (
    <input
      dir="auto"
      {...rest}
      // Preact's types want one literal; every one of ours is a field of text.
      type={type as "text"}
      class="input"
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  ));
}

interface TextAreaProps extends FieldProps {
  value: string;
  onInput: (text: string) => void;
  rows?: number;
  placeholder?: string;
  required?: boolean;
  maxlength?: number;
  onKeyDown?: (event: KeyboardEvent) => void;
}

export function TextArea(props: TextAreaProps) {
  return field(props, ({ onInput, rows = 4, ...rest }) => (
    <textarea
      dir="auto"
      {...rest}
      class="input"
      rows={rows}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  ));
}

interface SelectProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  /** Value and words of each choice. */
  options: readonly { value: string; label: string; disabled?: boolean }[];
  required?: boolean;
  disabled?: boolean;
}

export function Select(props: SelectProps) {
  return field(props, ({ onChange, options, ...rest }) => (
    <select {...rest} class="input" onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map(({ label, ...option }) => (
        <option key={option.value} {...option}>
          {label}
        </option>
      ))}
    </select>
  ));
}
