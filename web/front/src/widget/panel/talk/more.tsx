import { useState } from "preact/hooks";
import { useStore } from "../../../client/store";
import { close, external, mail, soundOff, soundOn } from "../../../client/ui/icons";
import { Menu, type MenuItem } from "../../../client/ui/menu";
import type { TicketView } from "../../../client/wire.gen";
import { Confirm } from "./confirm";
import { useTalk } from "./voice";

/** What else can be done, in the head's menu. */
export function More({ conversing }: { conversing: boolean }) {
  const { panel, voice } = useTalk();
  const { ticket } = useStore(panel.state);
  const [asking, setAsking] = useState<"end" | "leave" | null>(null);
  return (
    <>
      <Menu
        label={voice.say("head.more")}
        items={useItems(conversing ? ticket : null, setAsking)}
      />
      {asking && <Confirm what={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function useItems(ticket: TicketView | null, ask: (what: "end" | "leave") => void): MenuItem[] {
  const { panel, voice } = useTalk();
  const on = useStore(panel.audible);
  const items: MenuItem[] = [
    {
      label: voice.say(on ? "menu.sound.off" : "menu.sound.on"),
      icon: on ? soundOff : soundOn,
      onClick: () => panel.setSound(!on),
    },
  ];
  if (ticket?.status_path) {
    const path = ticket.status_path;
    const open = () => window.open(path, "_blank", "noopener,noreferrer");
    items.push({ label: voice.say("menu.status"), icon: external, onClick: open });
  }
  if (ticket?.live === "waiting") {
    items.push({ label: voice.say("menu.leave"), icon: mail, onClick: () => ask("leave") });
  }
  if (ticket?.live === "waiting" || ticket?.live === "assigned") {
    items.push({
      label: voice.say("menu.end"),
      icon: close,
      onClick: () => ask("end"),
      danger: true,
    });
  }
  return items;
}
