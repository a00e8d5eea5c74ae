import { useState } from "preact/hooks";
import { Problem } from "../client/http";
import { Button } from "../client/ui/button";
import { Dialog } from "../client/ui/dialog";
import { CopyLine } from "./copy-line";
import { Group } from "./editor";
import { renewSecret, secretOf } from "./http";
import type { Site } from "./kinds";

/** The secret with which a site's own server signs who a customer is. It is fetched only to be shown. */
export function Identity({ site }: { site: Site }) {
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const ask = async (question: Promise<string>) => {
    setBusy(true);
    setProblem("");
    try {
      setSecret(await question);
      setAsked(false);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error.message);
    }
    setBusy(false);
  };
  const fault = problem && (
    <p class="field-error" role="alert">
      {problem}
    </p>
  );
  return (
    <Group
      title="Signed customers"
      about="With this secret your own server signs who a customer is: their name, organisation and attributes count then, for rules too."
    >
      {secret === "" ? (
        <div>
          <Button busy={busy} onClick={() => void ask(secretOf(site.key))}>
            Show the secret
          </Button>
        </div>
      ) : (
        <>
          <CopyLine label="The site's secret" text={secret} />
          <div>
            <Button onClick={() => setAsked(true)}>Renew…</Button>
          </div>
        </>
      )}
      {!asked && fault}
      {asked && (
        <Dialog
          title="Renew the secret?"
          onClose={() => setAsked(false)}
          actions={
            <>
              <Button onClick={() => setAsked(false)}>Keep</Button>
              <Button kind="danger" busy={busy} onClick={() => void ask(renewSecret(site.key))}>
                Renew
              </Button>
            </>
          }
        >
          <p>
            What is signed with the old one is refused from then on, until your server has the new.
          </p>
          {fault}
        </Dialog>
      )}
    </Group>
  );
}
