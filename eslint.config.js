import boundaries from "eslint-plugin-boundaries";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * The layers of src/, lowest first: each may import from itself and from those before it. Adapters, configuration and doors stand
 * side by side above all others; only src/app/ and src/main.ts see everything.
 */
const ORDER = [
  "matrix",
  "policy",
  "bundle",
  "collections",
  "render",
  "convert",
  "decrypt",
  "ports",
  "requests",
  "audit",
  "jobs",
  "rooms",
  "exports",
  "uploads",
  "imports",
  "conversions",
  "feed",
  "administration",
];
const SIDE_BY_SIDE = ["adapters", "config", "appservice", "bot", "http", "cli"];
/** Below the doors, but not for everybody: `bundle` knows no policy, only the command line and conversions read other formats, and
 * only the command line holds the keys of encrypted rooms. */
const NOT = {
  bundle: ["policy"],
  collections: ["policy"],
  convert: ["policy", "render"],
  decrypt: ["policy", "collections", "render", "convert"],
  ports: ["render", "convert", "decrypt"],
  requests: ["render", "convert", "decrypt"],
  audit: ["bundle", "collections", "render", "convert", "decrypt"],
  jobs: ["bundle", "collections", "policy", "render", "convert", "decrypt"],
  rooms: ["bundle", "collections", "render", "convert", "decrypt"],
  exports: ["convert", "decrypt"],
  uploads: ["bundle", "collections", "policy", "render", "convert", "decrypt"],
  imports: ["render", "convert", "decrypt"],
  conversions: ["policy", "render", "decrypt"],
  feed: ["render", "convert", "decrypt"],
  administration: ["bundle", "collections", "render", "convert", "decrypt"],
};
/** Of the doors only the command line works on files of its own, without a service. */
const HIDDEN_FROM_DOORS = ["render", "convert", "decrypt"];
/** @type {Record<string, string[]>} */
const LAYERS = {
  ...Object.fromEntries(
    ORDER.map((layer, index) => [layer, ORDER.slice(0, index).filter((below) => !NOT[layer]?.includes(below))]),
  ),
  ...Object.fromEntries(
    SIDE_BY_SIDE.map((door) => [door, ORDER.filter((layer) => door === "cli" || !HIDDEN_FROM_DOORS.includes(layer))]),
  ),
  app: [...ORDER, ...SIDE_BY_SIDE],
};

/** Files are the business of adapters and of the format; elsewhere in src/ only these read or write any, because it is their job. */
const FILES_OF = [
  "src/adapters/**",
  "src/bundle/**",
  "src/collections/**",
  // the package's own assets and version, the operator's files
  "src/app/{homeserver-start,storage,version}.ts",
  "src/config/**",
  "src/imports/replay/service-avatar.ts",
  "src/render/pages/assets.ts",
  // what is received or read is spooled to disk
  "src/requests/storage/{link-or-copy,spool-file}.ts",
  "src/uploads/upload-files.ts",
  "src/bot/downloads.ts",
  "src/http/{receive-bundle,web-page}.ts",
  "src/http/endpoints/imports/intake.ts",
  "src/exports/{download-document,export-job,export-spools,reading/**/*,collection/*}.ts",
  "src/{conversions,imports}/*.ts",
  "src/imports/space/preview-space-import.ts",
  "src/imports/start/start-from-file.ts",
  "src/imports/into/room-before.ts",
  // readers of other programs' files, writers of pages and texts, the command line
  "src/convert/**",
  "src/decrypt/**",
  "src/render/**",
  "src/cli/**",
];

const NO_SLEEP = "a unit test does not sleep: wait for an event (test/support/until.ts), or give virtual time";
const NO_STOPWATCH =
  "a unit test does not measure time that passed: a busy machine is no fault; count calls, or give virtual time";

export default defineConfig(
  { ignores: ["dist/", ".cache/", "eslint.config.js"] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-dynamic-delete": "off",
      // an interface that gives promises also has implementations that need not wait
      "@typescript-eslint/require-await": "off",
      // ports are interfaces with methods; their implementations keep what is private in #fields, which fail loudly
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    files: ["src/**/*.ts"],
    plugins: { boundaries },
    settings: {
      "boundaries/elements": Object.keys(LAYERS).map((type) => ({ type, pattern: `src/${type}` })),
      "boundaries/files": [{ category: "root", pattern: "src/*.ts" }],
      "import/resolver": { node: { extensions: [".ts"] } },
    },
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "boundaries/no-unknown-files": "error",
      "boundaries/no-unknown-dependencies": "error",
      "boundaries/dependencies": [
        "error",
        {
          default: "disallow",
          message: "against the layers: {{from.type}} must not import {{to.type}}",
          policies: [
            {
              from: { file: { categories: "root" } },
              allow: { to: { element: { types: { anyOf: Object.keys(LAYERS) } } } },
            },
            { from: { file: { categories: "root" } }, allow: { to: { file: { categories: "root" } } } },
            ...Object.entries(LAYERS).map(([type, below]) => ({
              from: { element: { type } },
              allow: { to: { element: { types: { anyOf: [type, ...below] } } } },
            })),
          ],
        },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: FILES_OF,
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["node:fs", "node:fs/*"], message: "files are read and written by adapters and bundle/" },
          ],
        },
      ],
    },
  },
  {
    // a 404 of an endpoint that is not there says nothing of what was asked for
    files: ["src/{adapters/homeserver,app,bot,exports,feed,imports,jobs,rooms,requests}/**/*.ts"],
    ignores: ["src/adapters/homeserver/{answers,info/*}.ts", "src/requests/failures/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...["BinaryExpression[right.value=404]", "ArrayExpression > Literal[value=404]"].map((selector) => ({
          selector,
          message: "ask HomeserverError: isAbsent, isAbsentOrForbidden, isNotOffered, isUnknownEndpoint",
        })),
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // chai's assertions are expressions: expect(x).to.be.true
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-base-to-string": "off",
    },
  },
  {
    // what sleeps is slow on every machine and wrong on a busy one
    files: ["test/unit/**/*.ts", "test/contracts/**/*.ts", "test/support/fakes/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex: "^(node:)?timers(/promises)?$", message: NO_SLEEP }] }],
      "no-restricted-globals": [
        "error",
        ...["setTimeout", "setInterval"].map((name) => ({ name, message: NO_SLEEP })),
        { name: "performance", message: NO_STOPWATCH },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "BinaryExpression[operator='-'][left.callee.object.name='Date'][left.callee.property.name='now'][right.type='Identifier']",
          message: NO_STOPWATCH,
        },
      ],
    },
  },
  {
    files: ["bench/**", "demo/**", "examples/**", "scripts/**", "test/torture/main.ts"],
    rules: { "no-console": "off" },
  },
  // plain JavaScript, where a cast is a comment that the rule does not see
  { files: ["examples/**"], rules: { "@typescript-eslint/no-unsafe-assignment": "off" } },
);
