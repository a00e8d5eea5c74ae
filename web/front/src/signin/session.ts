import { Problem } from "../client/http";
import { session, signIn } from "../client/session";
import type { StaffView } from "../client/wire.gen";

/** What came of trying to sign in. */
export type Outcome =
  | { readonly kind: "in"; readonly me: StaffView }
  | { readonly kind: "wrong" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "rate"; readonly retry_after_seconds: number };

/** When the server does not say how long to wait. */
const USUAL_WAIT_MS = 30_000;

export async function attempt(email: string, password: string): Promise<Outcome> {
  try {
    return { kind: "in", me: await signIn(email, password) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return refusal(error);
  }
}

/** Who is signed in already; null for nobody, or when it cannot be told now. */
export async function signedIn(): Promise<StaffView | null> {
  try {
    return await session();
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

function refusal({ code, message, retry_after_ms }: Problem): Outcome {
  if (code === "rate") {
    const seconds = Math.ceil((retry_after_ms ?? USUAL_WAIT_MS) / 1000);
    return { kind: "rate", retry_after_seconds: Math.max(1, seconds) };
  }
  return code === "unauthenticated" ? { kind: "wrong" } : { kind: "failed", message };
}
