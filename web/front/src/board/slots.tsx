import "./slots.css";

/** More slots than this are one bar, for nobody counts them. */
const COUNTABLE = 8;

/** Load of capacity, both in hundredths of a chat, a box a chat. */
export function Slots({ load, capacity }: { load: number; capacity: number }) {
  const words = `${inChats(load)} of ${inChats(capacity)} chats`;
  const boxes = Math.ceil(Math.max(capacity, load) / 100);
  const over = load > capacity;
  return (
    <span class="slots" data-full={load >= capacity || undefined} data-over={over || undefined}>
      <span class="slots-boxes" role="img" aria-label={words} title={words}>
        {boxes > COUNTABLE ? (
          <Box part={capacity === 0 ? 1 : load / capacity} wide />
        ) : (
          Array.from({ length: boxes }, (_, index) => (
            // Boxes are alike and stay where they are, so their place is their key.
            <Box key={index} part={(load - index * 100) / 100} />
          ))
        )}
      </span>
      <span class="slots-text numeric" aria-hidden="true">
        {inChats(load)}/{inChats(capacity)}
      </span>
    </span>
  );
}

function Box({ part, wide }: { part: number; wide?: boolean }) {
  const filled = Math.max(0, Math.min(1, part));
  return (
    <span class="slot" data-wide={wide || undefined}>
      <span style={{ inlineSize: `${filled * 100}%` }} />
    </span>
  );
}

function inChats(hundredths: number): string {
  return String(Math.round(hundredths) / 100);
}
