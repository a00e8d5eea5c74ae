/** What the launcher keeps in the storage of the page that it stands on. */

interface Flag {
  chat?: boolean;
  color?: string;
}

/** The one lasting entry in the page's storage. Where storage is blocked, the page just forgets. */
export function flagOf(key: string): Flag & { set: (change: Flag) => void } {
  let kept: Flag = {};
  try {
    kept = JSON.parse(localStorage.getItem(key) ?? "{}");
  } catch {}
  const set = (change: Flag) => {
    Object.assign(kept, change);
    try {
      localStorage.setItem(key, JSON.stringify({ chat: kept.chat, color: kept.color }));
    } catch {}
  };
  return { chat: kept.chat, color: kept.color, set };
}

/** Whether the panel was open on this tab's page before. */
export function remembered(site: string): boolean {
  try {
    return sessionStorage.getItem(`frontdesk.${site}`) === "open";
  } catch {
    return false;
  }
}

export function remember(site: string, open: boolean): void {
  try {
    if (open) sessionStorage.setItem(`frontdesk.${site}`, "open");
    else sessionStorage.removeItem(`frontdesk.${site}`);
  } catch {}
}
