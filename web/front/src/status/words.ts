import { STORY } from "../widget/story";

/** All that the status page says. Another language is another table like this one. */
export const EN = {
  ...STORY,
  title: "Your request",
  loading: "Loading your request",
  number: "Request #{number}",
  live: "Live",
  "live.hint": "This page keeps itself up to date.",
  "gone.title": "This link is not valid any more",
  "gone.text": "Open your status page once more from the chat or the mail that it came with.",
  "step.received": "Received",
  "step.waiting": "Waiting for an agent",
  "step.open": "In progress",
  "step.pending": "Waiting for you",
  "step.solved": "Solved",
  "step.closed": "Closed",
  "step.done": "done",
  "step.now": "now",
  "next.title": "What happens next",
  "next.queued": "An agent takes your request as soon as one is free.",
  "next.place": "You are number {n} in line.",
  "next.message":
    "We have your message. Somebody answers as soon as they can; the answer appears here and in the chat.",
  "next.open": "{name} is working on it. The answers appear here as they are written.",
  "next.open.nobody": "We are working on it. The answers appear here as they are written.",
  "next.pending":
    "We need something from you. Answer in the chat, on the page where you started it, and we go on.",
  "next.solved":
    "Nothing, if all is well. If it is not, write again in the chat and the request is opened again.",
  "next.closed": "This request is finished. For something new, start a new chat.",
  "who.title": "Who is on it",
  "who.was": "Who was on it",
  "who.nobody": "Nobody yet",
  "who.team": "Team {team}",
  "facts.opened": "Opened",
  "facts.updated": "Last change",
  "history.title": "History",
  "history.empty": "Nothing has been written yet.",
  you: "You",
} as const;

export const TABLES = { en: EN };
