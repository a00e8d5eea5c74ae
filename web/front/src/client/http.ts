import { type Code, MESSAGES } from "./wire.gen";

/** The server refused, or could not be reached (`code` null). The message is for a person. */
export class Problem extends Error {
  constructor(
    readonly code: Code | null,
    message: string,
    readonly retry_after_ms: number | null = null,
  ) {
    super(message);
  }
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask(path, { signal });
}

/** Asks for a change; `body` goes as JSON. */
export function send<T = void>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: object,
): Promise<T> {
  const headers = body && { "content-type": "application/json" };
  return ask(path, { method, headers, body: body && JSON.stringify(body) });
}

/** @throws Problem; what `fetch` throws when it was aborted goes through. */
async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem(null, "The server cannot be reached. Check the network, then try again.");
  }
  const text = await answer.text();
  if (!answer.ok) throw problemOf(text);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

interface Refusal {
  code: Code;
  message: string;
  retry_after_ms?: number | null;
}

/** A proxy in between answers with a page of its own, not with our JSON. */
function problemOf(text: string): Problem {
  try {
    const { code, message, retry_after_ms } = JSON.parse(text) as Refusal;
    return new Problem(code, message || MESSAGES[code], retry_after_ms ?? null);
  } catch {
    return new Problem("internal", MESSAGES.internal);
  }
}
