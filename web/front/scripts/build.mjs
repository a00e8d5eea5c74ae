/**
 * Builds every screen into web/static/ as hashed files, and writes manifest.json:
 * {"console": {"js": "console-….js", "css": "console-….css"}, …, "widget": {"js": "widget-….js"}}.
 * `preload` lists scripts that `js` imports at once, `later` those that it loads by itself.
 *
 * `build.mjs panel status` builds only those and leaves the others as they stand; `--watch` goes on
 * building. A screen is built when its entry file exists. Old files go only after the new ones stand, so
 * that a server which reads the manifest during a build never points at a hole.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { context, build as esbuild } from "esbuild";

const FRONT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const OUT = resolve(FRONT, "..", "static");

const PANEL = { panel: "src/widget/panel/main.tsx" };
const PAGES = {
  status: "src/status/main.tsx",
  console: "src/console/main.tsx",
  board: "src/board/main.tsx",
  setup: "src/setup/main.tsx",
  signin: "src/signin/main.tsx",
};
const LOADER = { widget: "src/widget/loader.ts" };

/** Budgets in bytes of gzip; a build that breaks one fails. */
const BUDGETS = { widget: 3_000, panel: 15_000, setup: 50_000 };

/** `import text from "./x.css?text"`: a stylesheet, with what it imports, as minified text. */
const cssText = {
  name: "css-text",
  setup(builder) {
    builder.onResolve({ filter: /\.css\?text$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace("?text", "")),
      namespace: "css-text",
    }));
    builder.onLoad({ filter: /.*/, namespace: "css-text" }, async ({ path }) => {
      const built = await esbuild({
        entryPoints: [path],
        bundle: true,
        minify: true,
        write: false,
        metafile: true,
      });
      const watchFiles = Object.keys(built.metafile.inputs).map((input) => resolve(input));
      return { contents: built.outputFiles[0].text.trim(), loader: "text", watchFiles };
    });
  },
};

/** The panel lists its styles itself, in two parts; esbuild would put them all into the first. */
const ownStyles = {
  name: "own-styles",
  setup(builder) {
    builder.onLoad({ filter: /client\/ui\/.*\.tsx$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replace(/^import "\.\/.*\.css";$/gm, ""), loader: "tsx" };
    });
  },
};

const shared = {
  absWorkingDir: FRONT,
  outdir: OUT,
  bundle: true,
  minify: true,
  write: true,
  metafile: true,
  legalComments: "none",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  define: { "process.env.NODE_ENV": '"production"' },
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  plugins: [cssText],
};

const named = process.argv.slice(2).filter((word) => !word.startsWith("-"));

function entryPoints(entries) {
  return Object.fromEntries(
    Object.entries(entries).filter(
      ([name, path]) =>
        existsSync(join(FRONT, path)) && (named.length === 0 || named.includes(name)),
    ),
  );
}

/** The loader stands on pages of others and serves everybody's browser, so its target is older. */
const BUILDS = [
  { ...shared, entryPoints: entryPoints(PAGES), format: "esm", target: "es2022" },
  {
    ...shared,
    entryPoints: entryPoints(PANEL),
    format: "esm",
    target: "es2022",
    splitting: true,
    chunkNames: "panel-[name]-[hash]",
    plugins: [cssText, ownStyles],
  },
  { ...shared, entryPoints: entryPoints(LOADER), format: "iife", target: "es2020" },
];

/** A screen's files: its script and style, what the script needs at once, and what it loads later. */
function manifestOf({ outputs }, entries) {
  const manifest = {};
  for (const [path, output] of Object.entries(outputs)) {
    const name = Object.keys(entries).find((key) => entries[key] === output.entryPoint);
    if (!name) continue;
    const at_once = reach(outputs, path, ["import-statement"]);
    const all = reach(outputs, path, ["import-statement", "dynamic-import"]);
    const later = all.filter((other) => !at_once.includes(other));
    manifest[name] = { js: basename(path) };
    if (output.cssBundle) manifest[name].css = basename(output.cssBundle);
    if (at_once.length > 1) manifest[name].preload = at_once.slice(1).map((file) => basename(file));
    if (later.length > 0) manifest[name].later = later.map((file) => basename(file));
  }
  return manifest;
}

function reach(outputs, path, kinds, found = [path]) {
  for (const { path: next, kind } of outputs[path].imports) {
    if (!kinds.includes(kind) || found.includes(next)) continue;
    found.push(next);
    reach(outputs, next, kinds, found);
  }
  return found;
}

/** The manifest as it stands; empty where there is none yet. */
async function standing() {
  const path = join(OUT, "manifest.json");
  return existsSync(path) ? JSON.parse(await readFile(path, "utf8")) : {};
}

/** Bytes of gzip: what opening a screen takes, and what comes after. */
async function sizes(manifest) {
  const measure = async (files) => {
    const read = await Promise.all(files.map((file) => readFile(join(OUT, file))));
    return read.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0);
  };
  const rows = {};
  for (const [name, { later = [], ...files }] of Object.entries(manifest)) {
    rows[name] = [await measure(Object.values(files).flat()), await measure(later)];
  }
  return rows;
}

async function publish(manifest) {
  const path = join(OUT, "manifest.json");
  await writeFile(`${path}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${path}.new`, path);
  const wanted = new Set(Object.values(manifest).flatMap((files) => Object.values(files).flat()));
  for (const file of await readdir(OUT)) {
    const built = /-[A-Z0-9]{8}\.(js|css)$/.test(file);
    if (built && !wanted.has(file)) await rm(join(OUT, file));
  }
}

async function build() {
  await mkdir(OUT, { recursive: true });
  let manifest = named.length > 0 ? await standing() : {};
  for (const options of BUILDS) {
    if (Object.keys(options.entryPoints).length === 0) continue;
    const { metafile } = await esbuild(options);
    manifest = { ...manifest, ...manifestOf(metafile, options.entryPoints) };
  }
  await publish(manifest);
  const measured = await sizes(manifest);
  const kB = (bytes) => `${(bytes / 1000).toFixed(1).padStart(6)} kB`;
  for (const [name, [first, later]] of Object.entries(measured)) {
    const after = later > 0 ? `, then ${kB(later).trim()}` : "";
    console.log(`${name.padEnd(8)} ${kB(first)} gzip${after}`);
  }
  const broken = Object.entries(BUDGETS).filter(([name, limit]) => measured[name]?.[0] > limit);
  for (const [name, limit] of broken) {
    console.error(`${name} is ${measured[name][0]} bytes gzipped; its budget is ${limit}.`);
  }
  if (broken.length > 0) process.exitCode = 1;
}

async function watch() {
  await mkdir(OUT, { recursive: true });
  const manifests = [];
  for (const [index, options] of BUILDS.entries()) {
    const settle = {
      name: "manifest",
      setup(builder) {
        builder.onEnd(async ({ metafile }) => {
          if (!metafile) return;
          manifests[index] = manifestOf(metafile, options.entryPoints);
          await publish(Object.assign({}, ...manifests));
        });
      },
    };
    const watching = await context({ ...options, plugins: [...options.plugins, settle] });
    await watching.watch();
  }
  console.log("watching; Ctrl-C stops");
}

await (process.argv.includes("--watch") ? watch() : build());
