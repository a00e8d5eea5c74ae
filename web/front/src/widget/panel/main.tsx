import { render } from "preact";
import { paint } from "../../client/color";
import { voice } from "../../client/i18n";
import { browserShelf } from "../../client/shelf";
import { App } from "./app";
import { Surround } from "./context";
import { Entrance } from "./entrance";
import "./panel.css";
import { TABLES } from "./words";

const root = document.getElementById("app") as HTMLElement;
const key = root.dataset.site ?? new URLSearchParams(location.search).get("site") ?? "";
const entrance = new Entrance(key, browserShelf());
const spoken = voice(TABLES, navigator.languages);
const dark = matchMedia("(prefers-color-scheme: dark)");

document.documentElement.lang = spoken.locale;
document.documentElement.dir = spoken.dir;

let color = "";
const repaint = () => paint(color, dark.matches, document.documentElement);
dark.addEventListener("change", repaint);
entrance.site.subscribe((site) => {
  if (!site || site.color === color) return;
  color = site.color;
  repaint();
  entrance.frame.tell({ frontdesk: "ready", color });
});

void entrance.load();
render(
  <Surround.Provider value={{ entrance, voice: spoken }}>
    <App />
  </Surround.Provider>,
  root,
);
