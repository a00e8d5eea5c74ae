import type { ComponentChildren, TargetedMouseEvent } from "preact";
import "./button.css";
import { Icon } from "./icon";

type Press = (event: TargetedMouseEvent<HTMLButtonElement>) => void;

/** What both kinds of button pass on to the element. */
interface Native {
  class?: string;
  id?: string;
  title?: string;
  autofocus?: boolean;
  onClick?: Press;
  onMouseDown?: Press;
  form?: string;
  [name: `data-${string}`]: string | number | boolean | undefined;
  [name: `aria-${string}`]: string | number | boolean | undefined;
}

interface ButtonProps extends Native {
  kind?: "primary" | "secondary" | "quiet" | "danger";
  size?: "s" | "m" | "l";
  /** Path data from `icons`, drawn before the text. */
  icon?: string;
  /** Under way: the button stays in place, says so, and takes no further press. */
  busy?: boolean;
  wide?: boolean;
  disabled?: boolean;
  type?: "button" | "submit";
  children: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const {
    kind = "secondary",
    size = "m",
    icon,
    busy,
    wide,
    children,
    disabled,
    type,
    ...rest
  } = props;
  return (
    <button
      {...rest}
      type={type ?? "button"}
      class={`button ${rest.class ?? ""}`}
      data-kind={kind}
      data-size={size}
      data-wide={wide || undefined}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <span class="spinner" /> : icon && <Icon of={icon} size={size === "s" ? 15 : 17} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Native {
  icon: string;
  /** Read out, and shown as a tooltip. */
  label: string;
  size?: "s" | "m" | "l";
  kind?: "quiet" | "primary" | "danger";
  filled?: boolean;
  pressed?: boolean;
  disabled?: boolean;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, size = "m", kind = "quiet", filled = false, pressed, ...rest } = props;
  return (
    <button
      title={label}
      {...rest}
      type="button"
      class={`icon-button ${rest.class ?? ""}`}
      data-kind={kind}
      data-size={size}
      aria-label={label}
      aria-pressed={pressed}
    >
      <Icon of={icon} size={size === "s" ? 16 : 20} filled={filled} />
    </button>
  );
}
