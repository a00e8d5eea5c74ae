import { initials, shade } from "../names";
import "./avatar.css";
import { Icon } from "./icon";
import { user } from "./icons";

interface AvatarProps {
  name: string;
  /** Chooses the colour, so that two of the same name can be told apart. */
  id?: string;
  size?: "xs" | "s" | "m" | "l";
  presence?: "available" | "away" | "offline";
}

/** A person's initials; decoration beside a name, so it is not read out. */
export function Avatar({ name, id, size = "m", presence }: AvatarProps) {
  const letters = initials(name);
  return (
    <span class="avatar" data-size={size} data-shade={shade(id || name, 6)} aria-hidden="true">
      {letters || <Icon of={user} size={size === "l" ? 24 : 16} />}
      {presence && <span class="avatar-dot" data-presence={presence} />}
    </span>
  );
}
