/** Short tones made on the spot: nothing to download, and no file for a page's policy to allow. */
export type Tone = "message" | "offer";

/** Frequency in Hz, start and length in seconds. */
const NOTES: Record<Tone, readonly [number, number, number][]> = {
  message: [
    [660, 0, 0.12],
    [880, 0.09, 0.18],
  ],
  offer: [
    [587, 0, 0.16],
    [784, 0.16, 0.16],
    [988, 0.32, 0.3],
  ],
};

export class Sound {
  #context: AudioContext | null = null;

  constructor(public on: boolean) {}

  /** Plays a tone if sound is on. Browsers stay silent until the page was touched once; that is fine. */
  play(tone: Tone): void {
    if (!this.on || typeof AudioContext === "undefined") return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    if (context.state === "suspended") void context.resume();
    for (const note of NOTES[tone]) this.#note(context, ...note);
  }

  #note(context: AudioContext, hertz: number, start: number, seconds: number): void {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    const from = context.currentTime + start;
    oscillator.frequency.value = hertz;
    oscillator.type = "sine";
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(0.12, from + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + seconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + seconds);
  }
}
