import boundaries from "eslint-plugin-boundaries";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** The layers of src/: each may import from itself and from those named after it, nothing else. The files of src/ itself join them. */
const DOORS = ["adapters", "config", "appservice", "bot", "http", "cli"];
const LAYERS = {
  matrix: [],
  bundle: ["matrix"],
  convert: ["matrix", "bundle"],
  policy: ["matrix"],
  ports: ["matrix", "bundle", "policy"],
  jobs: ["matrix", "bundle", "policy", "ports"],
  ...Object.fromEntries(DOORS.map((door) => [door, ["matrix", "bundle", "policy", "ports", "jobs"]])),
  cli: ["matrix", "bundle", "convert", "policy", "ports", "jobs"],
};

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
    files: ["test/**/*.ts"],
    rules: {
      // chai's assertions are expressions: expect(x).to.be.true
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-base-to-string": "off",
    },
  },
  { files: ["bench/**", "demo/**", "examples/**", "scripts/**"], rules: { "no-console": "off" } },
  // plain JavaScript, where a cast is a comment that the rule does not see
  { files: ["examples/**"], rules: { "@typescript-eslint/no-unsafe-assignment": "off" } },
);
