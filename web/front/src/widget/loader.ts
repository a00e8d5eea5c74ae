/**
 * The launcher on the customer's page: a button, a badge and a frame, and the `frontdesk(...)` queue.
 *
 * It runs on pages of others, so it stands in a shadow root, sets no cookie, asks for one small
 * answer at most, and keeps one entry in the page's storage: whether there is a conversation (then
 * the hidden panel is loaded at once, for the badge), and the site's colour.
 */
import type { Page, Person, ToPage, ToPanel } from "./bridge";
import STYLE from "./loader.css?text";
import { flagOf, remember, remembered } from "./memory";

type Handler = (detail?: unknown) => void;
type Call = [verb: string, ...rest: unknown[]];
interface Queue {
  (...call: Call): void;
  q?: ArrayLike<unknown>[];
  on?: boolean;
}
interface Options extends Person {
  site?: string;
}

const PHONE = "(max-width: 480px), (max-height: 480px)";

function launch(): void {
  const host = window as unknown as { frontdesk?: Queue };
  if (host.frontdesk?.on) return;
  const script = document.currentScript as HTMLScriptElement;
  const origin = new URL(script.src).origin;
  const waiting = host.frontdesk?.q ?? [];
  const handlers: Record<string, Handler[]> = {};
  const attributes: Page["attributes"] = {};
  let boot: ((options: Options) => Verbs) | null = start;
  let verbs: Verbs | undefined;

  const queue: Queue = (verb, ...rest) => {
    const options = (rest[0] ?? {}) as Options;
    if (verb === "set") {
      // As text, since not everything that a page may give can be posted.
      for (const [name, value] of Object.entries(options)) attributes[name] = `${value ?? ""}`;
      verbs?.moved();
    } else if (verb === "boot" || verb === "identify") {
      if (verbs) verbs.person(options);
      else if (boot && (options.site ?? script.dataset.site)) {
        verbs = boot(options);
        boot = null;
      }
    } else if (verb === "on") {
      const [name, handler] = rest as [string, Handler];
      handlers[name] = [...(handlers[name] ?? []), handler];
    } else if (verb === "open" || verb === "close" || verb === "toggle" || verb === "reset")
      verbs?.[verb]();
  };
  queue.on = true;
  host.frontdesk = queue;

  if (script.dataset.site) queue("boot");
  for (const call of Array.from(waiting)) queue(...(Array.from(call) as Call));

  function start(options: Options): Verbs {
    const site = (options.site ?? script.dataset.site) as string;
    const emit = (name: string, detail?: unknown) => {
      for (const handler of handlers[name] ?? []) handler(detail);
    };
    return widget(origin, site, script.dataset, attributes, options, emit);
  }
}

interface Verbs {
  open: () => void;
  close: () => void;
  toggle: () => void;
  reset: () => void;
  moved: () => void;
  person: (person: Person) => void;
}

function widget(
  origin: string,
  site: string,
  data: DOMStringMap,
  attributes: Page["attributes"],
  person: Person,
  emit: (name: string, detail?: unknown) => void,
): Verbs {
  const root = document.createElement("div");
  const shadow = root.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const badge = document.createElement("span");
  const flag = flagOf(`frontdesk.${site}`);
  let frame: HTMLIFrameElement | undefined;
  let open = false;
  /** Opened by the customer, who then wants to write, not by a page change. */
  let asked = false;
  let unread = 0;
  let before: Element | null = null;
  let scroll = "";

  const label = () => {
    const words = open ? "Close chat" : "Open chat";
    const count = !open && unread > 0 ? `, ${unread} unread` : "";
    button.setAttribute("aria-label", words + count);
    button.setAttribute("aria-expanded", String(open));
    badge.textContent = unread > 99 ? "99+" : String(unread);
    badge.hidden = open || unread === 0;
  };
  const page = (): Page => ({
    url: location.href.slice(0, 2000),
    title: document.title.slice(0, 300),
    language: data.language || document.documentElement.lang,
    attributes,
  });
  const post = (message: ToPanel) => frame?.contentWindow?.postMessage(message, origin);
  const color = (value?: string) => {
    if (!value || !/^#[0-9a-f]{3,8}$/i.test(value)) return;
    root.style.setProperty("--accent", value);
    root.style.setProperty("--ink", isLight(value) ? "#11141c" : "#fff");
  };
  const load = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.src = `${origin}/panel?site=${encodeURIComponent(site)}`;
    frame.title = data.title || "Chat";
    frame.allow = "clipboard-write; autoplay";
    frame.onload = () => {
      post({ frontdesk: "hello", open, focus: asked, page: page(), person });
      if (open && asked) frame?.focus();
    };
    shadow.prepend(frame);
  };
  const show = (focus: boolean) => {
    if (open) return;
    open = true;
    asked = focus;
    before = document.activeElement;
    load();
    root.toggleAttribute("data-open", true);
    remember(site, true);
    if (matchMedia(PHONE).matches) {
      scroll = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
    }
    post({ frontdesk: "opened", focus, page: page() });
    if (focus) frame?.focus();
    label();
    emit("opened");
  };
  const hide = () => {
    if (!open) return;
    open = false;
    root.toggleAttribute("data-open", false);
    remember(site, false);
    document.documentElement.style.overflow = scroll;
    post({ frontdesk: "closed" });
    label();
    if (document.activeElement === root || document.activeElement === document.body) {
      const target = before && before !== document.body && before !== root ? before : button;
      (target as HTMLElement).focus();
    }
    emit("closed");
  };
  const hear = (event: MessageEvent) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return;
    const said = event.data as ToPage;
    if (said.frontdesk === "close") hide();
    else if (said.frontdesk === "unread") {
      if (said.n === unread) return;
      unread = said.n;
      label();
      emit("unread", unread);
    } else if (said.frontdesk === "conversation") flag.set({ chat: said.exists });
    else if (said.frontdesk === "ready") {
      color(data.color || said.color);
      flag.set({ color: said.color });
      emit("ready");
    } else if (said.frontdesk) emit(said.frontdesk);
  };

  button.type = "button";
  button.setAttribute("aria-haspopup", "dialog");
  button.append(
    icon("M4 5h16v11.5H11.5L7 20v-3.5H4z", "talk"),
    icon("M6 9.5l6 6 6-6", "down"),
    badge,
  );
  button.onclick = () => (open ? hide() : show(true));
  button.onkeydown = (event) => {
    if (event.key === "Escape") hide();
  };
  if (data.side === "left") root.toggleAttribute("data-left", true);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(button);
  label();
  addEventListener("message", hear);
  const moved = () => post({ frontdesk: "page", page: page() });
  const know = (known: Person) => {
    person = known;
    post({ frontdesk: "person", person });
  };
  const navigation = (window as { navigation?: EventTarget }).navigation;
  (navigation ?? window).addEventListener(navigation ? "navigatesuccess" : "popstate", moved);

  const appear = () => {
    document.body.append(root);
    if (flag.chat) load();
    if (remembered(site) && !matchMedia(PHONE).matches) show(false);
  };
  const settle = (value?: string) => {
    color(value);
    if (document.body) appear();
    else addEventListener("DOMContentLoaded", appear);
  };
  const known = data.color || flag.color;
  if (known) settle(known);
  else {
    fetch(`${origin}/api/sites/${encodeURIComponent(site)}`)
      .then((answer) => answer.json())
      .then((view: { color?: string }) => settle(view.color))
      .catch(() => settle());
  }
  return {
    open: () => show(true),
    close: hide,
    toggle: () => (open ? hide() : show(true)),
    reset: () => {
      load();
      know({ reset: true });
    },
    moved,
    person: know,
  };
}

function icon(path: string, name: string): SVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const line = document.createElementNS(namespace, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", name);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function isLight(color: string): boolean {
  const hex = color.length < 6 ? color.replace(/[^#]/g, "$&$&") : color;
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  return r * 0.299 + g * 0.587 + b * 0.114 > 165;
}

launch();
