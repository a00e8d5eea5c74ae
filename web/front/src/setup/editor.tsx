import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../client/ui/button";
import { Icon } from "../client/ui/icon";
import { alert, arrowLeft } from "../client/ui/icons";
import { useTools } from "./context";
import "./editor.css";
import { type Form, FormContext } from "./form";
import type { Part } from "./kinds";
import { type Place, write } from "./place";
import { isChanged } from "./state";

interface EditorProps<T> {
  form: Form<T>;
  title: string;
  /** Beside the title. */
  aside?: ComponentChildren;
  /** The words of the button. */
  save?: string;
  children: ComponentChildren;
}

/** A thing's page: its fields in groups, and a bar to save while something is changed. */
export function Editor<T>({ form, title, aside, save = "Save", children }: EditorProps<T>) {
  const { place } = form;
  const { workshop, places, toasts } = useTools();
  const box = useRef<HTMLFormElement>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const name = await workshop.save(place as Place & { part: Part });
    if (name === null) {
      // Where the fault is shown, once it is drawn.
      requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(WRONG)?.focus());
      return;
    }
    if (form.fresh) places.replace({ part: place.part, id: name });
    toasts.show(form.fresh ? "Made." : "Saved. It counts from the next decision on.", "good");
  };
  return (
    <FormContext.Provider value={form as unknown as Form}>
      <form
        ref={box}
        class="editor"
        aria-label={title}
        noValidate
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit(event);
        }}
      >
        <Heading place={place} title={title} aside={aside} />
        <div class="editor-groups">{children}</div>
        <SaveBar form={form} words={save} />
      </form>
    </FormContext.Provider>
  );
}

const WRONG = "[aria-invalid], [data-wrong] :is(input, select, button)";

export function Heading({
  place,
  title,
  aside,
}: {
  place: Place;
  title: string;
  aside?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const arrived = useRef(false);
  useEffect(() => {
    // Who comes by a link goes on reading here; the page itself takes nobody's focus.
    if (arrived.current || document.activeElement !== document.body) {
      heading.current?.focus({ preventScroll: true });
    }
    arrived.current = true;
  }, [place.part, place.id]);
  return (
    <header class="editor-head">
      {place.id !== "" && (
        <a class="editor-back" href={write({ ...place, id: "" })} aria-label="Back to the list">
          <Icon of={arrowLeft} size={20} />
        </a>
      )}
      <h2 ref={heading} tabIndex={-1}>
        <bdi>{title}</bdi>
      </h2>
      {aside && <div class="editor-aside">{aside}</div>}
    </header>
  );
}

function SaveBar<T>({ form, words }: { form: Form<T>; words: string }) {
  const { workshop } = useTools();
  const { draft, place } = form;
  if (!isChanged(draft) && draft.sent === null) return null;
  const count = Object.keys(draft.changes).length;
  const text = form.fresh
    ? "Not made yet"
    : `${count} unsaved ${count === 1 ? "change" : "changes"}`;
  return (
    <div class="save-bar">
      <div class="save-text">
        {draft.problem && <Problem form={form} />}
        {!draft.problem && form.faulty && (
          <p class="save-problem" role="alert">
            <Icon of={alert} size={16} />
            <span>Not saved yet: mend what is marked.</span>
          </p>
        )}
        {!draft.problem && !form.faulty && <span>{text}</span>}
      </div>
      <Button kind="quiet" onClick={() => workshop.discard(place)}>
        Discard
      </Button>
      <Button kind="primary" type="submit" busy={draft.sent !== null}>
        {words}
      </Button>
    </div>
  );
}

function Problem<T>({ form }: { form: Form<T> }) {
  const { problem } = form.draft;
  return (
    <p class="save-problem" role="alert">
      <Icon of={alert} size={16} />
      <span>
        Not saved. {problem?.message}{" "}
        {problem?.signed_out && (
          // In a tab of its own, so that nothing typed here is lost.
          <a href="/signin" target="_blank" rel="noopener">
            Open the sign-in
          </a>
        )}
      </span>
    </p>
  );
}

interface GroupProps {
  title: string;
  about?: ComponentChildren;
  children: ComponentChildren;
}

/** Settings that belong together, under a heading. */
export function Group({ title, about, children }: GroupProps) {
  return (
    <section class="group">
      <header class="group-head">
        <h3>{title}</h3>
        {about && <p>{about}</p>}
      </header>
      <div class="group-fields">{children}</div>
    </section>
  );
}
