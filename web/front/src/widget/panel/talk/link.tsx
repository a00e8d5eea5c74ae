import { useCalm } from "../../../client/calm";
import { useStore } from "../../../client/store";
import { Banner, ConnectionBanner } from "../../../client/ui/banner";
import { useTalk } from "./voice";

/** The truth about the connection. */
export function Link() {
  const { panel, voice } = useTalk();
  const connection = useCalm(panel.line.connection);
  const unmade = useStore(panel.line.unmade);
  if (unmade) {
    const again = { label: voice.say("link.again"), onClick: () => void panel.connect() };
    return (
      <Banner tone="warn" action={again}>
        {voice.say("link.unmade")}
      </Banner>
    );
  }
  return <ConnectionBanner connection={connection} onRetry={() => panel.line.retryNow()} />;
}
