import { render } from "preact";
import { Preferences } from "../client/preferences";
import { browserShelf } from "../client/shelf";
import type { StaffView } from "../client/wire.gen";
import { destination } from "./next";
import { signedIn } from "./session";
import { SignIn } from "./signin";

/** Agents work in the console; who oversees them starts at the board. */
function home(me: StaffView): string {
  return me.role === "agent" ? "/console" : "/board";
}

function goOn(me: StaffView): void {
  const next = new URLSearchParams(location.search).get("next");
  // A redirect by the server cannot carry the fragment; the browser keeps it in our own address.
  const whole = next === null || next.includes("#") ? next : next + location.hash;
  location.replace(destination(whole, location.origin, home(me)));
}

const root = document.getElementById("app");
if (root) {
  new Preferences(browserShelf()).dress();
  document.title = "Sign in · Frontdesk";
  render(<SignIn onIn={goOn} />, root);
  // Who is signed in already need not do it again.
  void signedIn().then((me) => me && goOn(me));
}
