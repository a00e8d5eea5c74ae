import "./icon.css";

interface IconProps {
  /** Path data from `icons`. */
  of: string;
  /** Side in px. */
  size?: number;
  /** What it means, where no text beside it says so; without it the icon is decoration. */
  label?: string;
  filled?: boolean;
}

export function Icon({ of, size = 18, label, filled = false }: IconProps) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={filled ? "currentColor" : "none"}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <path d={of} />
    </svg>
  );
}
