import { BUCKET_MS, HISTORY_MS, runs, type Sample } from "./history";
import "./sparkline.css";

interface SparklineProps {
  samples: readonly Sample[];
  /** The server's time, at the right edge; epoch milliseconds. */
  now_ms: number;
  /** A depth to draw as a threshold; null for none. */
  threshold: number | null;
}

const WIDTH = 120;
const HEIGHT = 28;
const PAD = 2;
/** A queue of one or two should not look like a flood. */
const LEAST_TOP = 4;

/** How many waited over the last 15 minutes, as steps; where nothing was received there is a hole. */
export function Sparkline({ samples, now_ms, threshold }: SparklineProps) {
  const peak = Math.max(0, ...samples.map((sample) => sample.waiting));
  const top = Math.max(LEAST_TOP, peak, threshold ?? 0);
  const x = (at_ms: number) =>
    Math.min(WIDTH, Math.max(0, WIDTH - ((now_ms - at_ms) / HISTORY_MS) * WIDTH));
  const y = (waiting: number) => HEIGHT - PAD - (waiting / top) * (HEIGHT - 2 * PAD);
  const paths = runs(samples).map((run) => steps(run, x, y));
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Waiting over the last 15 minutes, at most ${peak}`}
    >
      <path class="sparkline-ground" d={`M0 ${HEIGHT - PAD}H${WIDTH}`} />
      {threshold !== null && <path class="sparkline-threshold" d={`M0 ${y(threshold)}H${WIDTH}`} />}
      {paths.map((path) => (
        <path key={path} class="sparkline-area" d={`${path}V${HEIGHT - PAD}H${start(path)}Z`} />
      ))}
      {paths.map((path) => (
        <path key={path} class="sparkline-line" d={path} />
      ))}
    </svg>
  );
}

function steps(
  run: readonly Sample[],
  x: (at_ms: number) => number,
  y: (waiting: number) => number,
): string {
  return run
    .map(({ at_ms, waiting }, index) => {
      const from = `${index === 0 ? "M" : "L"}${round(x(at_ms))} ${round(y(waiting))}`;
      return `${from}H${round(x(at_ms + BUCKET_MS))}`;
    })
    .join("");
}

function start(path: string): string {
  return path.slice(1, path.indexOf(" "));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
