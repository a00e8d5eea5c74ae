/**
 * The panel's second half: what runs a conversation, and what it draws. A script of its own, which
 * comes right after the first screen, so that opening the widget costs little.
 */
import css from "./talk.css?text";

export { Earlier } from "./earlier";
export { faults } from "./faults";
export { holdFocus } from "./focus";
export { Link } from "./link";
export { More } from "./more";
export { Panel } from "./panel";
export { Talk } from "./talk";
export { Who } from "./who";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
