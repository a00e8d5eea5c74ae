import { useEffect, useState } from "preact/hooks";
import { Problem } from "../http";
import { outlook } from "../outlook";
import { Banner } from "./banner";

const EVERY_MS = 5 * 60_000;

/** Says that the last verified backup is too old; nothing while all is well. For supervisors. */
export function BackupNotice() {
  const [text, setText] = useState("");
  useEffect(() => {
    const look = async () => {
      try {
        const found = await outlook();
        setText(found.state === "late" ? found.text : "");
      } catch (error) {
        // Who is offline hears of that elsewhere; what was said of backups stays until it is known better.
        if (!(error instanceof Problem)) throw error;
      }
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return text === "" ? null : <Banner tone="warn">{text}</Banner>;
}
