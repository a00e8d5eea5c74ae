import type { ComponentChildren } from "preact";
import { useNow } from "../clock";
import type { Connection } from "../connection";
import "./banner.css";
import { Icon } from "./icon";
import { alert, wifiOff } from "./icons";
import { fill, WORDS } from "./words";

interface BannerProps {
  tone?: "neutral" | "warn" | "bad" | "good" | "accent";
  icon?: string;
  /** A button's words and what it does. */
  action?: { label: string; onClick: () => void };
  children: ComponentChildren;
}

/** A strip across a screen that says what is the matter and what can be done. */
export function Banner({ tone = "neutral", icon = alert, action, children }: BannerProps) {
  return (
    <div class="banner" data-tone={tone} role="status">
      <Icon of={icon} size={16} />
      <div class="banner-text">{children}</div>
      {action && (
        <button type="button" class="banner-act" onClick={action.onClick}>
          {action.label}
        </button>
      )}
    </div>
  );
}

interface ConnectionBannerProps {
  connection: Connection;
  onRetry: () => void;
  /** What signing in again means on this screen; left out where it is done by itself. */
  onSignIn?: () => void;
  /** Nothing is written on this screen. */
  reads?: boolean;
}

/** The truth about the connection; nothing while all is well or the first try is under way. */
export function ConnectionBanner(props: ConnectionBannerProps) {
  const { connection, onRetry } = props;
  const { state, reason } = connection;
  if (state === "online" || state === "connecting" || reason === "left") return null;
  if (state === "stopped") return <StoppedBanner {...props} />;
  return (
    <Banner tone="warn" icon={wifiOff} action={{ label: WORDS.tryNow, onClick: onRetry }}>
      {state === "offline" ? WORDS.offline : WORDS.reconnecting}{" "}
      {props.reads ? WORDS.old : WORDS.kept} <NextTry retry_at={connection.retry_at} />
    </Banner>
  );
}

function StoppedBanner({ connection, onRetry, onSignIn }: ConnectionBannerProps) {
  const { reason } = connection;
  if (reason === "outdated") {
    const reload = { label: WORDS.reload, onClick: () => location.reload() };
    return (
      <Banner tone="bad" action={reload}>
        {WORDS.outdated}
      </Banner>
    );
  }
  if (reason === "replaced") {
    const resume = { label: WORDS.resume, onClick: onRetry };
    return (
      <Banner tone="warn" action={resume}>
        {WORDS.replaced}
      </Banner>
    );
  }
  if (reason !== "signed_out" || !onSignIn) return null;
  return (
    <Banner tone="bad" action={{ label: "Sign in", onClick: onSignIn }}>
      {WORDS.signedOut}
    </Banner>
  );
}

function NextTry({ retry_at }: { retry_at: number | null }) {
  const now = useNow(500);
  if (retry_at === null || retry_at <= now)
    return <span class="banner-aside">{WORDS.retrying}</span>;
  const seconds = Math.ceil((retry_at - now) / 1000);
  // The countdown is for the eye; read out it would drown everything else.
  return (
    <span class="banner-aside numeric" aria-hidden="true">
      {fill(WORDS.retrySoon, { n: seconds })}
    </span>
  );
}
