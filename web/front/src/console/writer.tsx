import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useNow } from "../client/clock";
import type { Drafts } from "../client/drafts";
import { nameOf } from "../client/names";
import { Typist } from "../client/typing";
import { Button } from "../client/ui/button";
import { Composer } from "../client/ui/composer";
import { Icon } from "../client/ui/icon";
import { hand, note as noteIcon, send, whisper as whisperIcon } from "../client/ui/icons";
import type { ConversationSummary } from "../client/wire.gen";
import { AwayBanner } from "./conversation";
import { type Mode, modeOf, modesOf } from "./modes";
import type { State } from "./state";
import { useAct, useWorkplace } from "./workplace";
import "./writer.css";

interface WriterProps {
  state: State;
  summary: ConversationSummary;
  online: boolean;
}

const MODES: Record<Mode, { word: string; icon: string; key: string }> = {
  reply: { word: "Reply", icon: send, key: "r" },
  note: { word: "Internal note", icon: noteIcon, key: "n" },
  whisper: { word: "Whisper", icon: whisperIcon, key: "w" },
};

/** Where one answers: a reply to the customer, or a note that only colleagues see. */
export function Writer({ state, summary, online }: WriterProps) {
  const { desk, drafts, calls } = useWorkplace();
  const id = summary.conversation_id;
  const modes = modesOf(state.me, summary);
  const [wanted, setWanted] = useState(() => (drafts.get(`${id}.mode`) || null) as Mode | null);
  const mode = modeOf(wanted, modes);
  const [texts, setTexts] = useState(() => kept(drafts, id));
  const field = useRef<HTMLTextAreaElement>(null);
  /** Whether the field gets the focus at the next change of mode: only when the person asked for it. */
  const focus = useRef(startsInField(mode));
  const typist = useMemo(
    () => new Typist((typing) => desk.sign({ type: "set_typing", conversation_id: id, typing })),
    [id],
  );
  // Before the next key comes: what is typed right after the mode's key must land in the field.
  useLayoutEffect(() => {
    if (focus.current) field.current?.focus({ preventScroll: true });
    focus.current = false;
  }, [mode]);
  useEffect(() => () => typist.stop(), [typist]);

  const want = (next: Mode) => {
    drafts.set(`${id}.mode`, next);
    setWanted(next);
  };
  const choose = (asked: Mode) => {
    typist.stop();
    // A key for what may not be written here still leads into the field: what is typed next must
    // not be taken for shortcuts. And what was just taken may be known to be one's own only at the
    // next drawing.
    focus.current = asked !== mode;
    field.current?.focus();
    want(asked);
  };
  useEffect(() => calls.listen((call) => call !== "decline" && choose(call)));
  const input = (text: string) => {
    setTexts({ ...texts, [mode]: text });
    drafts.set(`${id}.${mode}`, text);
    if (wanted !== mode) want(mode);
    focus.current = false;
    // What is written between colleagues is no sign to the customer.
    if (mode === "reply") text === "" ? typist.stop() : typist.typed();
  };
  const submit = (body: string) => {
    const conversation_id = id;
    if (mode === "reply") desk.outbox.put({ type: "send_message", conversation_id, body });
    else desk.outbox.put({ type: "add_note", conversation_id, body, whisper: mode === "whisper" });
    input("");
    typist.stop();
  };

  return (
    <div class="writer" data-mode={mode}>
      <Standing {...{ state, summary, online }} />
      <fieldset class="writer-modes">
        <legend class="unseen">What to write</legend>
        {modes.map((name) => (
          <button
            key={name}
            type="button"
            class="writer-mode"
            data-mode={name}
            aria-pressed={name === mode}
            title={`${MODES[name].word} (${MODES[name].key})`}
            onClick={() => choose(name)}
          >
            <Icon of={MODES[name].icon} size={14} />
            {MODES[name].word}
            {name !== mode && texts[name] !== "" && <span class="writer-kept">draft</span>}
          </button>
        ))}
        <span class="writer-hint">{hint(mode, summary, online)}</span>
      </fieldset>
      <Composer
        key={mode}
        value={texts[mode]}
        onInput={input}
        onSend={submit}
        label={placeholder(mode, summary)}
        tone={mode === "reply" ? undefined : mode}
        sendLabel={{ reply: "Send reply", note: "Add note", whisper: "Whisper" }[mode]}
        textRef={field}
        onBlur={() => typist.stop()}
      />
    </div>
  );
}

function kept(drafts: Drafts, id: string): Record<Mode, string> {
  const text = (mode: Mode) => drafts.get(`${id}.${mode}`);
  return { reply: text("reply"), note: text("note"), whisper: text("whisper") };
}

/** On a touch screen a focused field would cover the thread with the keyboard. */
function startsInField(mode: Mode): boolean {
  return mode === "reply" && matchMedia("(pointer: fine)").matches;
}

function hint(mode: Mode, summary: ConversationSummary, online: boolean): string {
  if (!online) return "Kept here and sent when the connection is back";
  if (mode === "note") return "Only colleagues see this";
  if (mode === "whisper")
    return `Only ${summary.assignee?.name ?? "the agent"} and colleagues see this`;
  return "Enter sends, Shift+Enter breaks the line";
}

function placeholder(mode: Mode, summary: ConversationSummary): string {
  if (mode === "note") return "Note to colleagues";
  if (mode === "whisper") return `Whisper to ${summary.assignee?.name ?? "the agent"}`;
  return `Reply to ${nameOf(summary.customer)}`;
}

/** Why one cannot reply, and how one could. Nothing in a chat of one's own with its customer there. */
function Standing({ state, summary, online }: WriterProps) {
  const { desk, calls } = useWorkplace();
  const { busy, act } = useAct();
  const now = useNow() + desk.offset_ms;
  const own = summary.assignee?.id === state.me?.id;
  if (summary.live === "ended") {
    const words =
      summary.status === "pending"
        ? "Ended, waiting for the customer. Their next message opens it again."
        : "This conversation has ended. If the customer writes again, it opens again.";
    return <p class="standing">{words}</p>;
  }
  if (summary.live === "assigned" && own) {
    const gone = state.followed[summary.conversation_id]?.customerPresent === false;
    return gone ? <AwayBanner summary={summary} now={now} /> : null;
  }
  const free = summary.live !== "assigned";
  const supervises = state.me?.role !== "agent";
  return (
    <div class="standing" data-tone={free ? "free" : undefined}>
      <span>
        {free ? (
          "Nobody has this chat yet."
        ) : (
          <>
            <bdi>{summary.assignee?.name}</bdi> has this chat. You are reading along
            {supervises ? "; the customer does not see you." : "."}
          </>
        )}
      </span>
      {(free || supervises) && (
        <Button
          size="s"
          kind={free ? "primary" : "secondary"}
          icon={hand}
          busy={busy}
          disabled={!online}
          onClick={() =>
            act({ type: "take_conversation", conversation_id: summary.conversation_id }, () =>
              // The server tells of the change before it answers: by now it is one's own.
              calls.send("reply"),
            )
          }
        >
          {free ? "Take" : "Take over"}
        </Button>
      )}
    </div>
  );
}
