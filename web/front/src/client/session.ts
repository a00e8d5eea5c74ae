import { get, send } from "./http";
import type { StaffView } from "./wire.gen";

/** Who is signed in. @throws Problem with `unauthenticated` when nobody is */
export const session = (): Promise<StaffView> => get("/api/session");

/** @throws Problem, with `unauthenticated` for a wrong email or password */
export function signIn(email: string, password: string): Promise<StaffView> {
  return send("POST", "/api/session", { email, password });
}

export const signOut = (): Promise<void> => send("DELETE", "/api/session");

/** Where the person goes who is not signed in, and comes back from. */
export function goSignIn(): void {
  const here = location.pathname + location.hash;
  location.assign(`/signin?next=${encodeURIComponent(here)}`);
}
