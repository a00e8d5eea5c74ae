/**
 * Icons as path data on a 24 × 24 grid, drawn with a stroke. One constant each, so that a screen
 * carries only those it uses.
 */
export * from "./glyphs";

export const close = "M6 6l12 12M18 6 6 18";
export const check = "M5 12.5l4.5 4.5L19 7.5";
export const checks = "M2.5 12.5 7 17l1.5-1.5M8.5 12.5 13 17l8.5-9.5M12.5 11.5l3.5-4";
export const clock = "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2";
export const retry = "M19.5 12a7.5 7.5 0 1 1-2.4-5.5L19.5 9M19.5 4v5h-5";
export const trash = "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10 11v5M14 11v5";
export const search = "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3 20 20";
export const users =
  "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 19.5c.9-3.2 3.4-5 6.5-5s5.6 1.8 6.5 5M15.5 5.3a3.5 3.5 0 0 1 0 6.5M18 14.9c1.8.8 3 2.4 3.5 4.6";
export const transfer = "M4 8.5h14.5M14.5 4.5l4 4-4 4M20 15.5H5.5M9.5 11.5l-4 4 4 4";
export const note = "M5 4.5h14v9.5L13.5 19.5H5zM19 14h-5.5v5.5M8.5 9h7M8.5 12.5h3.5";
export const whisper = "M4 5h16v11H11l-4.5 3.8V16H4zM9 10.5h.1M12 10.5h.1M15 10.5h.1";
export const inbox = "M4 13.5 6.8 5h10.4l2.8 8.5V19H4zM4 13.5h4.5l1.5 2.5h4l1.5-2.5H20";
export const ticket =
  "M4 7h16v3.2a2 2 0 0 0 0 3.6V17H4v-3.2a2 2 0 0 0 0-3.6zM14 7v2M14 11v2M14 15v2";
export const bell = "M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4";
export const bellOff = "M8 6.6A6 6 0 0 1 18 11v4.5M6 10.5v6L4.5 18H17M10 20.5h4M4 4l16 16";
export const soundOn =
  "M4 9.500h3.500L12 5.500v13L7.5 14.500H4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.500a7.8 7.8 0 0 1 0 11";
export const soundOff = "M4 9.500h3.500L12 5.500v13L7.5 14.500H4zM16 10l4.5 4.500M20.5 10 16 14.5";
export const chevronUp = "M6 14.500l6-6 6 6";
export const chevronRight = "M9.5 6l6 6-6 6";
export const arrowLeft = "M19 12H5.500M11.5 5.5 5 12l6.5 6.5";
export const arrowDown = "M12 5v13.500M5.5 12l6.5 6.5 6.5-6.5";
export const plus = "M12 5v14M5 12h14";
export const more =
  "M5 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0M11.4 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0M17.8 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0";
export const eye =
  "M2.5 12C4.5 8 8 6 12 6s7.5 2 9.5 6c-2 4-5.5 6-9.5 6s-7.5-2-9.5-6zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z";
export const external = "M10 5.500H5.500v13h13V14M13.5 4.500h6v6M19 5l-8.5 8.5";
export const mail = "M3.5 6h17v12.500h-17zM4 6.500l8 6.5 8-6.5";
export const globe =
  "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.500c5 5.5 5 11.5 0 17M12 3.500c-5 5.5-5 11.5 0 17";
export const wifiOff =
  "M4 4l16 16M8.8 15.200a4.6 4.6 0 0 1 5.7-.600M5.5 12a9 9 0 0 1 4-2.300M13.5 9.400a9 9 0 0 1 5 2.600M2.5 8.700a13.5 13.5 0 0 1 4-2.600M10.5 5a13.5 13.5 0 0 1 11 3.700M12 19h.1";
export const signOut = "M10 4.500H5v15h5M9.5 12h10.500M16 8l4 4-4 4";
export const keyboard = "M3 6.500h18v11H3zM6.5 10h.1M10 10h.1M13.5 10h.1M17 10h.1M8 14h8";
export const tag = "M4 4.500h8L20 12.5 12.5 20 4 11.500zM8 8.500h.1";
export const download = "M12 4v11M7 10.500l5 5 5-5M4.5 19.500h15";
export const sun =
  "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4";
export const moon = "M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z";
export const star =
  "M12 3.800l2.5 5.3 5.7.8-4.1 4.1 1 5.800L12 17l-5.1 2.8 1-5.800L3.8 9.900l5.7-.800z";
export const shield = "M12 3.500l7 2.500v5.500c0 4.3-2.8 7.4-7 9-4.2-1.6-7-4.7-7-9V6z";
export const hand =
  "M7 12V6.500a1.5 1.5 0 0 1 3 0V11M10 10V5a1.5 1.5 0 0 1 3 0v5M13 10V6a1.5 1.5 0 0 1 3 0v5M16 9.500a1.5 1.5 0 0 1 3 0V14c0 4-2.5 6.5-6 6.5-3 0-4.5-1.5-6-4L4.5 13a1.6 1.6 0 0 1 2.5-2z";
export const pause = "M8.5 5.500v13M15.5 5.500v13";
export const play = "M8 5.500v13l10.500-6.500z";
export const flag = "M6 21V4.500h12l-2.5 4 2.5 4H6";
export const grid =
  "M4 4.500h6.500v6.500H4zM13.5 4.500H20v6.500h-6.500zM4 14h6.500v5.500H4zM13.5 14H20v5.500h-6.500z";
export const sliders =
  "M4 7.500h9M17 7.500h3M15 5.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4 16.500h3M11 16.500h9M9 14.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4z";
