import { useEffect } from "preact/hooks";
import { reason } from "../client/reason";
import { signOut } from "../client/session";
import { useStore } from "../client/store";
import { BackupNotice } from "../client/ui/backup-notice";
import { Banner } from "../client/ui/banner";
import { Bar, PersonMenu } from "../client/ui/bar";
import { Icon } from "../client/ui/icon";
import { chat, flag, globe, grid, inbox, shield, users } from "../client/ui/icons";
import { Toaster } from "../client/ui/toast";
import { BackupsPage } from "./backups";
import { useSetup, useTools } from "./context";
import { FRESH, nameIn, PARTS, type Part } from "./kinds";
import { People, PersonPage } from "./people";
import { BACKUPS, type Place, write } from "./place";
import { RulesPage } from "./rules";
import "./setup.css";
import { Loaded, Nothing, Unsaved } from "./shelf";
import { SitePage, Sites } from "./sites";
import { unsaved } from "./state";
import { TeamPage, Teams } from "./teams";

const NAMES: Readonly<Record<Part, { name: string; icon: string }>> = {
  teams: { name: "Teams", icon: inbox },
  people: { name: "People", icon: users },
  rules: { name: "Rules", icon: flag },
  sites: { name: "Sites", icon: globe },
};

/** The page on which a desk is set up. */
export function SetupScreen() {
  const { places, toasts } = useTools();
  const place = useStore(places.place);
  const { me } = useSetup();
  const backups = useStore(places.backups) && me.role === "admin";
  useTitle(place, backups);
  useWarning();
  return (
    <div class="setup">
      <Bar part="Setup" acts={<Person />} />
      {!backups && <BackupNotice />}
      <div class="setup-body" data-part={place.part} data-chosen={place.id !== "" || undefined}>
        <Parts place={place} backups={backups} />
        <main class="setup-main">
          {backups ? (
            <BackupsPage />
          ) : (
            <Loaded part={place.part}>{() => <Content place={place} />}</Loaded>
          )}
        </main>
      </div>
      <Toaster toasts={toasts} />
    </div>
  );
}

function Parts({ place, backups }: { place: Place; backups: boolean }) {
  const state = useSetup();
  return (
    <nav class="parts" aria-label="Parts of the setup">
      {PARTS.map((part) => (
        <a
          key={part}
          class="part"
          href={write({ part, id: "" })}
          aria-current={place.part === part && !backups ? "page" : undefined}
        >
          <Icon of={NAMES[part].icon} size={18} />
          <span>{NAMES[part].name}</span>
          {unsaved(state, part) > 0 && <Unsaved />}
        </a>
      ))}
      {state.me.role === "admin" && (
        <a class="part" href={BACKUPS} aria-current={backups ? "page" : undefined}>
          <Icon of={shield} size={18} />
          <span>Backups</span>
        </a>
      )}
      {state.me.role !== "admin" && (
        <p class="parts-note">You see all of it. What only admins may change is shown as text.</p>
      )}
    </nav>
  );
}

function Content({ place }: { place: Place }) {
  const { workshop } = useTools();
  const { problem } = useSetup().stocks[place.part];
  if (place.part === "rules") return <RulesPage />;
  const { list: List, page: Page, one } = SHELVES[place.part];
  return (
    <>
      {problem !== "" && (
        <Banner
          tone="warn"
          action={{ label: "Try again", onClick: () => void workshop.reload(place.part) }}
        >
          This may be old. {problem}
        </Banner>
      )}
      <List place={place} />
      <div class="setup-thing" key={`${place.part}/${place.id}`}>
        {place.id === "" ? (
          <Nothing title={`Choose a ${one}`}>All settings are shown here.</Nothing>
        ) : (
          <Page id={place.id} />
        )}
      </div>
    </>
  );
}

const SHELVES = {
  teams: { list: Teams, page: TeamPage, one: "team" },
  people: { list: People, page: PersonPage, one: "person" },
  sites: { list: Sites, page: SitePage, one: "site" },
};

function Person() {
  const { preferences, toasts } = useTools();
  const { me } = useSetup();
  const leave = async () => {
    try {
      await signOut();
      location.assign("/signin");
    } catch (error) {
      toasts.show(reason(error), "bad");
    }
  };
  const items = [
    { label: "Console", icon: chat, onClick: () => location.assign("/console") },
    { label: "Board", icon: grid, onClick: () => location.assign("/board") },
  ];
  return <PersonMenu me={me} preferences={preferences} items={items} onSignOut={leave} />;
}

/** "Support · Teams · Setup · Frontdesk". */
function useTitle(place: Place, backups: boolean): void {
  const { stocks } = useSetup();
  const { part, id } = place;
  const things: readonly object[] = stocks[part].things ?? [];
  const thing = things.find((one) => nameIn(part, one as never) === id) as { name?: string };
  const name = id === FRESH ? "New" : (thing?.name ?? "");
  useEffect(() => {
    const shown = backups ? ["Backups"] : [name, NAMES[part].name];
    document.title = [...shown, "Setup", "Frontdesk"].filter(Boolean).join(" · ");
  }, [name, part, backups]);
}

/** Whoever leaves with unsaved changes is asked first; the browser has its own words for it. */
function useWarning(): void {
  const count = unsaved(useSetup());
  useEffect(() => {
    if (count === 0) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [count]);
}
