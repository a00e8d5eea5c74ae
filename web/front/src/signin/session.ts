import type { Code, StaffView } from "../client/wire.gen";

/** What came of trying to sign in. */
export type Outcome =
  | { readonly kind: "in"; readonly me: StaffView }
  | { readonly kind: "wrong" | "unreachable" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "rate"; readonly retry_after_seconds: number };

/** When the server does not say how long to wait. */
const USUAL_WAIT_SECONDS = 30;

export async function signIn(email: string, password: string): Promise<Outcome> {
  const response = await fetch("/api/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  }).catch(() => null);
  if (response === null) return { kind: "unreachable" };
  const answer = (await response.json().catch(() => ({}))) as StaffView & Refusal;
  return response.ok ? { kind: "in", me: answer } : refusal(answer);
}

/** Who is signed in already; null for nobody, or when it cannot be told now. */
export async function signedIn(): Promise<StaffView | null> {
  const response = await fetch("/api/session").catch(() => null);
  return response?.ok ? ((await response.json()) as StaffView) : null;
}

interface Refusal {
  readonly code?: Code;
  readonly message?: string;
  readonly retry_after_ms?: number;
}

function refusal({ code, message, retry_after_ms }: Refusal): Outcome {
  if (code === "rate") {
    const seconds = Math.ceil((retry_after_ms ?? USUAL_WAIT_SECONDS * 1000) / 1000);
    return { kind: "rate", retry_after_seconds: Math.max(1, seconds) };
  }
  if (code === "unauthenticated") return { kind: "wrong" };
  return { kind: "failed", message: message ?? "Something went wrong on our side. Try again." };
}
