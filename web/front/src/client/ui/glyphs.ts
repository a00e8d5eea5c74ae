/** The icons of the widget's first screen, apart from the others so that it carries no more. */
export const send = "M5 12h13M12 5.5 18.5 12 12 18.5";
export const chat = "M4 5h16v11.5H11.5L7 20v-3.5H4z";
export const chevronDown = "M6 9.500l6 6 6-6";
export const chevronLeft = "M14.5 6l-6 6 6 6";
export const user =
  "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20c1-3.6 3.9-5.5 7.5-5.5s6.5 1.9 7.5 5.5";
export const alert = "M12 8.5V13M12 16.3v.2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z";
