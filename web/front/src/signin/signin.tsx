import { useEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../client/ui/button";
import { TextField } from "../client/ui/field";
import { Icon } from "../client/ui/icon";
import { alert, eye } from "../client/ui/icons";
import { Mark } from "../client/ui/mark";
import type { StaffView } from "../client/wire.gen";
import { attempt, type Outcome } from "./session";
import "./signin.css";

/** The door for staff. `onIn` goes on to where they wanted. */
export function SignIn({ onIn }: { onIn: (me: StaffView) => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const wait_seconds = useWait(outcome);

  const submit = async (event: Event) => {
    event.preventDefault();
    const empty = email.trim() === "" || password === "";
    setMissing(empty);
    if (empty) return focusOn(form.current, email.trim() === "" ? "email" : "password");
    setBusy(true);
    const came = await attempt(email.trim(), password);
    setOutcome(came);
    if (came.kind === "in") return onIn(came.me);
    setBusy(false);
    if (came.kind === "wrong") focusOn(form.current, "password");
  };

  return (
    <main class="signin">
      <div class="signin-card">
        <Mark size={40} />
        <h1>Sign in to Frontdesk</h1>
        <p class="signin-lead">For the people who answer.</p>
        <form ref={form} class="signin-form" noValidate onSubmit={submit}>
          <Trouble outcome={outcome} wait_seconds={wait_seconds} />
          <TextField
            label="Email"
            type="email"
            name="email"
            autocomplete="username"
            autofocus
            required
            maxlength={254}
            value={email}
            onInput={setEmail}
            error={missing && email.trim() === "" ? "Enter your email." : undefined}
          />
          <Password
            value={password}
            onInput={setPassword}
            error={missing && password === "" ? "Enter your password." : undefined}
          />
          <Button
            class="signin-go"
            type="submit"
            kind="primary"
            size="l"
            wide
            busy={busy}
            disabled={wait_seconds > 0}
          >
            {wait_seconds > 0 ? `Try again in ${wait_seconds} s` : "Sign in"}
          </Button>
        </form>
        <p class="signin-help">Forgotten your password? An admin of your desk can set a new one.</p>
      </div>
    </main>
  );
}

interface PasswordProps {
  value: string;
  onInput: (text: string) => void;
  error: string | undefined;
}

function Password({ value, onInput, error }: PasswordProps) {
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const look = (event: KeyboardEvent) => setCaps(event.getModifierState?.("CapsLock") ?? false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only watches keys on their way to the field
    <div class="signin-password" onKeyDown={look} onKeyUp={look} onFocusOut={() => setCaps(false)}>
      <TextField
        label="Password"
        type={shown ? "text" : "password"}
        name="password"
        autocomplete="current-password"
        required
        value={value}
        onInput={onInput}
        error={error}
        hint={caps ? <span class="signin-caps">Caps Lock is on.</span> : undefined}
      />
      <IconButton
        class="signin-eye"
        icon={eye}
        size="s"
        label={shown ? "Hide password" : "Show password"}
        pressed={shown}
        onClick={() => setShown(!shown)}
      />
    </div>
  );
}

/** What went wrong, in one place, read out when it comes. */
function Trouble({ outcome, wait_seconds }: { outcome: Outcome | null; wait_seconds: number }) {
  const text = words(outcome, wait_seconds);
  return (
    <div role="alert">
      {text !== null && (
        <p class="signin-trouble">
          <Icon of={alert} size={17} />
          <span>{text}</span>
        </p>
      )}
    </div>
  );
}

function words(outcome: Outcome | null, wait_seconds: number): string | null {
  switch (outcome?.kind) {
    case "wrong":
      return "That email and password do not belong together. Check both and try again.";
    case "failed":
      return outcome.message;
    case "rate":
      return wait_seconds > 0
        ? "Too many tries from here. To keep accounts safe, the next one has to wait."
        : null;
    default:
      return null;
  }
}

/** Seconds until the next try is allowed, counted down. */
function useWait(outcome: Outcome | null): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (outcome?.kind !== "rate") return;
    const until = Date.now() + outcome.retry_after_seconds * 1000;
    const tell = () => setSeconds(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    tell();
    const timer = setInterval(tell, 250);
    return () => clearInterval(timer);
  }, [outcome]);
  return outcome?.kind === "rate" ? seconds : 0;
}

function focusOn(form: HTMLFormElement | null, name: string): void {
  const field = form?.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement)) return;
  field.focus();
  field.select();
}
