import { useState } from "preact/hooks";
import { Refused } from "../../../client/replies";
import { useStore } from "../../../client/store";
import { isBlank } from "../../../client/text";
import { Button } from "../../../client/ui/button";
import { TextArea } from "../../../client/ui/field";
import { Icon } from "../../../client/ui/icon";
import { star } from "../../../client/ui/icons";
import { useFirstFocus } from "../context";
import { useTalk } from "./voice";

const STARS = [1, 2, 3, 4, 5];

/** In the composer's place when it is over: a rating, and how to go on. */
export function Ended() {
  const { panel, voice } = useTalk();
  const { ticket } = useStore(panel.state);
  const closed = ticket?.status === "closed";
  return (
    <section class="ended" ref={useFirstFocus<HTMLElement>()}>
      <h2 class="ended-title">{voice.say("ended.title")}</h2>
      <Rating rated={ticket?.rating ?? null} />
      <div class="ended-acts">
        <Button kind="primary" wide onClick={() => panel.entrance.show({ fresh: true })}>
          {voice.say("ended.new")}
        </Button>
        {!closed && (
          <Button kind="quiet" wide onClick={() => panel.reopening.set(true)}>
            {voice.say("ended.reopen")}
          </Button>
        )}
      </div>
    </section>
  );
}

/** One press on a star counts at once; words may follow. */
function Rating({ rated }: { rated: number | null }) {
  const { panel, voice } = useTalk();
  const [score, setScore] = useState(rated ?? 0);
  const [comment, setComment] = useState("");
  const [step, setStep] = useState<"ask" | "words" | "done">(rated ? "done" : "ask");
  const [problem, setProblem] = useState("");
  const give = async (chosen: number, words: string, next: "words" | "done") => {
    setScore(chosen);
    setProblem("");
    try {
      await panel.rate(chosen, words);
      setStep(next);
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : voice.say("again"));
    }
  };
  return (
    <div class="rating">
      <fieldset class="stars">
        <legend>{voice.say(step === "ask" ? "ended.rate" : "ended.thanks")}</legend>
        {STARS.map((n) => (
          <button
            key={n}
            type="button"
            class="star"
            data-on={n <= score || undefined}
            aria-label={voice.say("ended.star", { n })}
            aria-pressed={n === score}
            onClick={() => give(n, comment, "words")}
          >
            <Icon of={star} size={26} filled={n <= score} />
          </button>
        ))}
      </fieldset>
      {step === "words" && (
        <form
          class="rating-words"
          onSubmit={(event) => {
            event.preventDefault();
            if (isBlank(comment)) setStep("done");
            else void give(score, comment, "done");
          }}
        >
          <TextArea
            label={voice.say("ended.comment")}
            hideLabel
            placeholder={voice.say("ended.comment")}
            rows={2}
            maxlength={2000}
            value={comment}
            onInput={setComment}
          />
          <Button type="submit">{voice.say("ended.send")}</Button>
        </form>
      )}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
