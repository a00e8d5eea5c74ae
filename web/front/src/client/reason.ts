import { Problem } from "./http";
import { Disconnected, Refused } from "./replies";
import { MESSAGES } from "./wire.gen";

/** What went wrong with something that a person asked for, and what to do. Throws on what is no refusal. */
export function reason(error: unknown): string {
  if (error instanceof Refused) return error.message || MESSAGES[error.code];
  if (error instanceof Problem) return error.message;
  if (error instanceof Disconnected) {
    return "The connection was lost before an answer came. Look whether it was done, then try again.";
  }
  throw error;
}
