import type { ComponentChildren, Ref } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { isBlank, lengthOf, tidy } from "../text";
import { IconButton } from "./button";
import "./composer.css";
import { send } from "./icons";
import { fill, WORDS } from "./words";

const LIMIT = 8_000;

interface ComposerProps {
  /** The text; the owner keeps it, so that a draft survives. */
  value: string;
  onInput: (text: string) => void;
  /** Called with the tidied text, never empty, never too long. The owner empties `value`. */
  onSend: (text: string) => void;
  /** Read out, and shown while empty. */
  label: string;
  tone?: "note" | "whisper";
  disabled?: boolean;
  /** Buttons below the text, on its starting side. */
  tools?: ComponentChildren;
  /** Drawn above the text: canned replies, what is being answered …. */
  above?: ComponentChildren;
  sendLabel?: string;
  textRef?: Ref<HTMLTextAreaElement>;
  /** Keys before the composer takes them; call `preventDefault` to keep one. */
  onKeyDown?: (event: KeyboardEvent) => void;
  onBlur?: () => void;
}

/** Where one writes. Enter sends, Shift+Enter breaks the line; it grows with its text up to a third of the screen. */
export function Composer(props: ComposerProps) {
  const { value, label, tone, disabled, tools, above } = props;
  const text = useRef<HTMLTextAreaElement | null>(null);
  const over = lengthOf(value) - LIMIT;
  const ready = !disabled && over <= 0 && !isBlank(value);
  useLayoutEffect(() => grow(text.current), [value]);

  const submit = () => {
    if (ready) props.onSend(tidy(value));
    text.current?.focus();
  };
  const keyDown = (event: KeyboardEvent) => {
    props.onKeyDown?.(event);
    // While an input method composes, Enter chooses a word.
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      class="composer"
      data-tone={tone}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {above}
      <div class="composer-row">
        <textarea
          ref={(element) => {
            text.current = element;
            give(props.textRef, element);
          }}
          rows={1}
          dir="auto"
          value={value}
          placeholder={label}
          aria-label={label}
          aria-invalid={over > 0 || undefined}
          disabled={disabled}
          enterkeyhint="send"
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={keyDown}
          onBlur={props.onBlur}
        />
        <div class="composer-tools">
          {tools}
          {over > 0 && (
            <span class="composer-over" role="status">
              {fill(WORDS.over, { n: over })}
            </span>
          )}
          <IconButton
            class="composer-send"
            kind="primary"
            size="s"
            icon={send}
            label={props.sendLabel ?? WORDS.send}
            disabled={!ready}
            onMouseDown={(event: MouseEvent) => event.preventDefault()}
            onClick={submit}
          />
        </div>
      </div>
    </form>
  );
}

function grow(text: HTMLTextAreaElement | null): void {
  if (!text) return;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

function give<T>(ref: Ref<T> | undefined, element: T | null): void {
  if (typeof ref === "function") ref(element);
  else if (ref) ref.current = element;
}
