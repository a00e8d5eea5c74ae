/** What the shared components say. Another language is another table; screens pass their own words as props. */
export const WORDS = {
  sending: "Sending",
  waiting: "Not sent yet, kept here",
  sent: "Sent",
  seen: "Seen",
  unsent: "Not sent yet",
  failed: "Not sent",
  retry: "Retry",
  remove: "Delete",
  note: "Internal note",
  whisper: "Whisper",
  you: "You",
  typing: "{name} is typing",
  newer: "New messages",
  latest: "Go to the newest",
  earlier: "Show earlier messages",
  loading: "Loading",
  close: "Close",
  send: "Send",
  over: "{n} characters too many",
  connecting: "Connecting…",
  offline: "You are offline.",
  reconnecting: "Connection lost.",
  kept: "What you write is kept and sent later.",
  old: "What you see may be old.",
  retrySoon: "Trying again in {n} s",
  retrying: "Trying now…",
  tryNow: "Try now",
  signedOut: "You are signed out. Sign in again to go on.",
  outdated: "This page is out of date. Reload it to go on.",
  replaced: "This was opened somewhere else.",
  reload: "Reload",
  resume: "Use it here",
} as const;

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
