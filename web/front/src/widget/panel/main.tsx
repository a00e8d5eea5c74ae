import { render } from "preact";
import { painter } from "../../client/color";
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

document.documentElement.lang = spoken.locale;
document.documentElement.dir = spoken.dir;

const paint = painter(document.documentElement);
let color = "";
entrance.site.subscribe((site) => {
  if (!site || site.color === color) return;
  color = site.color;
  paint(color);
  entrance.frame.tell({ frontdesk: "ready", color });
});

void entrance.load();
render(
  <Surround.Provider value={{ entrance, voice: spoken }}>
    <App />
  </Surround.Provider>,
  root,
);
