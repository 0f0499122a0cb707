// Makes dist/web: the page that the service serves. Plain JavaScript, for scripts run it before anything else.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { TOP } from "./run.js";
import { schemaGuards } from "./schema-guards.js";

const OUT = join(TOP, "dist", "web");

/** Languages of the page: what libraries say in others is left out, which is more than half of them. */
const LANGUAGES = ["de", "en", "es", "fr"];

/** @type {import("esbuild").Plugin} */
const ownLanguages = {
  name: "own-languages",
  setup({ onLoad }) {
    onLoad({ filter: /\/(intl|locales)\// }, ({ path }) => {
      const [, language = "en"] = /\/([a-z]{2})(?:-[A-Za-z]+)?\.m?js$/.exec(path) ?? [];
      return LANGUAGES.includes(language) ? undefined : { contents: "export default {};" };
    });
  },
};

/** @type {import("esbuild").Plugin} */
const compiledSchema = {
  name: "compiled-schema",
  setup({ onLoad }) {
    onLoad({ filter: /\/bundle\/manifest\/schema-guards\.ts$/ }, () => ({ contents: schemaGuards(), resolveDir: TOP }));
  },
};

/** @type {import("esbuild").Plugin} */
const conversationStyles = {
  name: "conversation-styles",
  setup({ onLoad }) {
    // in a rendered page they are for the whole document, here for what is inside one element
    onLoad({ filter: /\/viewer\/conversation\.css$/ }, ({ path }) => ({
      contents: `.reading {\n${readFileSync(path, "utf8").replaceAll(":root", "&")}}\n`,
      loader: "css",
    }));
  },
};

/** What takes the place of files in src/ that need Node. */
const BROWSER_SIDES = new Map([
  ["src/bundle/archive/deflate.ts", "web/decrypt/browser/deflate.ts"],
  ["src/decrypt/file-cipher.ts", "web/decrypt/browser/file-cipher.ts"],
]);

/** @type {import("esbuild").Plugin} */
const browserSides = {
  name: "browser-sides",
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/(?:bundle|decrypt)\/.*\.ts$/ }, ({ path }) => {
      const side = BROWSER_SIDES.get(path.slice(TOP.length).replace(/^\/+/, ""));
      if (side === undefined) return undefined;
      const file = join(TOP, side);
      return { contents: readFileSync(file, "utf8"), loader: "ts", resolveDir: dirname(file) };
    });
  },
};

/** What all scripts of the page have in common. @satisfies {import("esbuild").BuildOptions} */
const SCRIPTS = {
  absWorkingDir: TOP,
  bundle: true,
  target: ["chrome120", "firefox121", "safari17.4"],
  minify: true,
  entryNames: "[name]-[hash]",
  // what reads bundles on the server reads them in the browser
  alias: { "node:buffer": "./web/imports/reader/node-buffer.ts" },
  // matrix-widget-api tells the console of every message, tokens in it
  pure: ["console.log"],
  inject: ["web/imports/reader/node-buffer.ts"],
  legalComments: /** @type {const} */ ("linked"),
  logLevel: /** @type {const} */ ("warning"),
};

/**
 * Bundles web/ into dist/web: `index.html`, and scripts and styles whose names hold a hash of what is in them.
 * @param {string} [folder] where to put it instead; what is there is removed
 * @returns {Promise<void>}
 */
export async function buildWeb(folder = OUT) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const reader = await build({
    ...SCRIPTS,
    entryPoints: ["web/look/reader/worker.ts"],
    outdir: folder,
    format: "iife",
    metafile: true,
    plugins: [compiledSchema, ownLanguages],
  });
  const decrypter = await build({
    ...SCRIPTS,
    entryPoints: ["web/decrypt/decrypt-worker.ts"],
    outdir: folder,
    format: "esm",
    metafile: true,
    alias: { ...SCRIPTS.alias, "node:crypto": "./web/decrypt/browser/node-crypto.ts" },
    plugins: [browserSides, compiledSchema, ownLanguages],
  });
  const { metafile } = await build({
    ...SCRIPTS,
    entryPoints: ["web/main.tsx"],
    outdir: folder,
    splitting: true,
    format: "esm",
    jsx: "automatic",
    metafile: true,
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".svg": "file" },
    publicPath: "/web",
    define: {
      "process.env.NODE_ENV": '"production"',
      READER_WORKER: JSON.stringify(`/web/${outputOf(reader.metafile, "web/look/reader/worker.ts")}`),
      DECRYPT_WORKER: JSON.stringify(`/web/${outputOf(decrypter.metafile, "web/decrypt/decrypt-worker.ts")}`),
      CRYPTO_WASM: JSON.stringify(`/web/${writeCryptography(folder)}`),
    },
    plugins: [ownLanguages, conversationStyles],
  });
  const page = readFileSync(join(TOP, "web", "index.html"), "utf8");
  const named = page.replaceAll(/"\/(web\/[^"]+)"/g, (_, source) => `"/web/${outputOf(metafile, String(source))}"`);
  writeFileSync(join(folder, "index.html"), named.replace("</head>", `${preloads(metafile)}</head>`));
}

/**
 * Puts the cryptography of encrypted rooms there, compressed: it is the largest file by far.
 * @param {string} folder
 * @returns {string} its name, uncompressed
 */
function writeCryptography(folder) {
  const library = createRequire(import.meta.url).resolve("@matrix-org/matrix-sdk-crypto-wasm");
  const bytes = readFileSync(join(dirname(library), "pkg", "matrix_sdk_crypto_wasm_bg.wasm"));
  const name = `crypto-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}.wasm`;
  writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes));
  return name;
}

/**
 * Links to the chunks that the first script imports, so that they come together with it.
 * @param {import("esbuild").Metafile} metafile
 */
function preloads({ outputs }) {
  /** @type {Set<string>} */
  const needed = new Set();
  /** @param {string} file */
  const add = (file) => {
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (kind === "import-statement" && path in outputs && !needed.has(path)) {
        needed.add(path);
        add(path);
      }
  };
  for (const [file, { entryPoint }] of Object.entries(outputs)) if (entryPoint === "web/main.tsx") add(file);
  return Array.from(needed, (path) => `  <link rel="modulepreload" href="/web/${basename(path)}" />\n  `).join("");
}

/**
 * The file in dist/web that a source became.
 * @param {import("esbuild").Metafile} metafile
 * @param {string} source
 */
function outputOf({ outputs }, source) {
  const isStyle = source.endsWith(".css");
  for (const [file, { entryPoint, cssBundle, inputs }] of Object.entries(outputs)) {
    if (isStyle && cssBundle !== undefined && entryPoint === "web/main.tsx") return basename(cssBundle);
    if (!isStyle && (entryPoint === source || (file.endsWith(".svg") && source in inputs))) return basename(file);
  }
  throw new Error(`esbuild made nothing of ${source}`);
}
if (process.argv[1] === import.meta.filename) await buildWeb();
