import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useNow } from "../client/clock";
import { get, Problem } from "../client/http";
import { agoWords, fullTime } from "../client/time";
import { Badge } from "../client/ui/badge";
import { Button } from "../client/ui/button";
import { EmptyState, Skeleton } from "../client/ui/empty";
import { alert, shield } from "../client/ui/icons";
import type { Instant } from "../client/wire.gen";
import {
  type Backup,
  type Backups,
  bytes,
  every,
  fate,
  window as lost,
  STATES,
} from "./backup-list";
import "./backups.css";

/** What was backed up, whether it can be relied on, and what would be lost. For admins. */
export function BackupsPage() {
  const [found, setFound] = useState<Backups | null>(null);
  const [problem, setProblem] = useState("");
  const load = async () => {
    try {
      setFound(await get<Backups>("/api/backups"));
      setProblem("");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error.message);
    }
  };
  useEffect(() => {
    void load();
    const again = () => document.visibilityState === "visible" && void load();
    const timer = setInterval(again, 30_000);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }, []);
  if (found === null && problem === "") return <Skeleton lines={6} />;
  if (found === null) {
    return (
      <EmptyState
        icon={alert}
        title="The backups could not be fetched"
        action={<Button onClick={() => void load()}>Try again</Button>}
      >
        {problem}
      </EmptyState>
    );
  }
  return (
    <section class="backups" aria-label="Backups">
      <Standing found={found} />
      <List backups={found.backups} />
      <p class="backups-about">
        Backups are made, verified and restored on the server, with <code>frontdesk backup</code>.
        The README has the drill in five lines.
      </p>
    </section>
  );
}

function Standing({ found }: { found: Backups }) {
  const { outlook, hours, ship_seconds } = found;
  const { word, tone } = STATES[outlook.state];
  return (
    <>
      <header class="backups-head">
        <h2>Backups</h2>
        <Badge tone={tone} dot>
          {word}
        </Badge>
      </header>
      <p class="backups-text" data-tone={outlook.state === "late" ? "warn" : undefined}>
        {outlook.text}
      </p>
      <dl class="backups-facts">
        <Fact term="Verified up to">
          <When at={outlook.verified_at} none="Nothing yet" />
        </Fact>
        {ship_seconds > 0 && (
          <Fact term="Copied up to">
            <When at={outlook.shipped_at} none="Nothing yet" />
          </Fact>
        )}
        <Fact term="Made">{hours > 0 ? capital(every(hours)) : "Not by itself"}</Fact>
        <Fact term="Lost with the disk">{lost(found)}</Fact>
      </dl>
    </>
  );
}

function Fact(props: { term: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function When({ at, none }: { at: Instant | null; none: string }) {
  const now = useNow(10_000);
  if (at === null) return <>{none}</>;
  return (
    <time class="numeric" dateTime={at} title={fullTime(at)}>
      {agoWords(at, now)}
    </time>
  );
}

function List({ backups }: { backups: readonly Backup[] }) {
  if (backups.length === 0) {
    return (
      <EmptyState icon={shield} title="No backup yet">
        The first is made shortly after the desk starts.
      </EmptyState>
    );
  }
  return (
    <ul class="backups-list">
      {backups.map((backup) => (
        <Row key={`${backup.name}.${backup.began_at}`} backup={backup} />
      ))}
    </ul>
  );
}

function Row({ backup }: { backup: Backup }) {
  const { word, tone, text } = fate(backup);
  const about = [backup.size > 0 && bytes(backup.size), backup.sealed && "sealed", backup.place];
  return (
    <li class="backup">
      <span class="backup-text">
        <time class="backup-name numeric" dateTime={backup.began_at}>
          {fullTime(backup.began_at)}
        </time>
        <span class="backup-about">{about.filter(Boolean).join(" · ")}</span>
        {text !== "" && <span class="backup-finding">{text}</span>}
      </span>
      <Badge tone={tone}>{word}</Badge>
    </li>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
