import "./mark.css";

/** The desk's sign: a speech bubble with two lines. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 4h16a1 1 0 0 1 1 1v10.500a1 1 0 0 1-1 1h-8L7 20.500v-4H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z" />
      <path class="mark-lines" d="M7.500 8.800h9M7.500 12.200h5.500" />
    </svg>
  );
}
