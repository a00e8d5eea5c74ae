import { OPENING } from "../../client/opening";

/** What the panel's frame and its first screen say. Another language is another table like this one. */
export const EN = {
  ...OPENING,
  "head.chat": "Chat",
  "head.close": "Close chat",
  "head.back": "Back to your conversation",
  loading: "Loading",
  "failed.title": "The chat did not load",
  "failed.text": "What you typed is kept.",
  "failed.again": "Try again",
  "start.title": "How can we help?",
  "start.lead": "Ask us anything. You talk to a person.",
  "start.away.title": "Leave us a message",
  "start.away.lead": "Nobody is here right now. We answer as soon as we are back.",
  "start.closed.title": "We are closed",
  "start.closed.lead": "Leave us a message, and we answer as soon as we are back.",
  "start.question": "Your question",
  "start.question.hint": "What is it about?",
  "start.topic": "Topic",
  "start.topic.none": "Choose a topic",
  "start.name": "Name",
  "start.email": "Email",
  "start.optional": "optional",
  "start.email.away": "For our answer",
  "start.send": "Start chat",
  "start.send.away": "Send message",
} as const;

export const TABLES = { en: EN };
