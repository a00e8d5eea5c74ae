/** Icons that only the setup draws. */
export const COPY = "M8.5 8.500h11v11h-11zM15.5 8.500v-4h-11v11h4";
