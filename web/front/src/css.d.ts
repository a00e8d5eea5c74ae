/** Stylesheets are bundled beside the script that imports them; they export nothing. */
declare module "*.css";

/** A stylesheet as minified text, for shadow roots. */
declare module "*.css?text" {
  const text: string;
  export default text;
}
