import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../client/http";
import { reason } from "../client/reason";
import { agoWords, fullTime } from "../client/time";
import type { Board, Instant } from "../client/wire.gen";
import { secondsSince } from "./freshness";
import "./mendings.css";
import { duration } from "./words";

interface Mending {
  readonly at: Instant;
  readonly kind: string;
  readonly name: string;
}

interface MendingsProps {
  board: Board;
  /** The server's time, epoch milliseconds. */
  now_ms: number;
}

/** When the queue was last compared with the database, and how often that found something to mend. */
export function Mendings({ board, now_ms }: MendingsProps) {
  const [open, setOpen] = useState(false);
  const { compared_at, mended } = board;
  if (!compared_at) return <p class="mendings">Queue not checked yet</p>;
  const checked = `Queue checked ${duration(secondsSince(compared_at, now_ms))} ago`;
  if (mended === 0) {
    return (
      <p class="mendings numeric" title="Compared with the database; nothing differed in 24 hours.">
        {checked} · 0 mended in 24 h
      </p>
    );
  }
  return (
    <div class="mendings numeric">
      {checked} ·{" "}
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {mended} mended in 24 h
      </button>
      {open && <List now_ms={now_ms} onClose={() => setOpen(false)} />}
    </div>
  );
}

function List({ now_ms, onClose }: { now_ms: number; onClose: () => void }) {
  const [found, setFound] = useState<readonly Mending[] | null>(null);
  const [problem, setProblem] = useState("");
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
    get<{ mendings: Mending[] }>("/api/mendings").then(
      ({ mendings }) => setFound(mendings),
      (error: unknown) => setProblem(reason(error)),
    );
    const elsewhere = (event: Event) => {
      if (!box.current?.parentElement?.contains(event.target as Node)) onClose();
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, []);
  return (
    <div
      ref={box}
      class="mendings-list"
      role="dialog"
      aria-label="What was mended"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        const { current } = box;
        onClose();
        current?.parentElement?.querySelector("button")?.focus();
      }}
    >
      <h3>What was mended</h3>
      <p>The queue differed from the database here, and was put right. Nobody has lost a place.</p>
      {problem && <p role="alert">{problem}</p>}
      <ul>
        {found?.map(({ at, kind, name }) => (
          <li key={`${at}.${kind}.${name}`}>
            <span>{said(kind, name)}</span>
            <time dateTime={at} title={fullTime(at)}>
              {agoWords(at, now_ms)}
            </time>
          </li>
        ))}
      </ul>
    </div>
  );
}

const SAID: Readonly<Record<string, (name: string) => string>> = {
  missing: (name) => `${name || "A chat"} was lost from the queue`,
  extra: (name) => `${name || "A chat"} was held after it had ended`,
  wrong: (name) => `${name || "A chat"} stood otherwise`,
  line: (name) => `${name || "Something"} stood in line without a chat`,
  load: (name) => `${name || "An agent"} had capacity bound to no chat`,
  agent: (name) => `The settings of ${name || "an agent"} had not arrived`,
  team: (name) => `The settings of ${name || "a team"} had not arrived`,
  offer: (name) => `An offer of ${name || "a chat"} had outlived its time`,
};

/** A newer server may mend more: better an odd word than none. */
export function said(kind: string, name: string): string {
  return SAID[kind]?.(name) ?? `${kind.replaceAll("_", " ")} ${name}`.trim();
}
