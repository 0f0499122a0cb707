import { expect } from "chai";
import { ESLint } from "eslint";

/** What the layer rule says to `import "<what>"` in a file of src/. */
async function complaints(file: string, what: string): Promise<string[]> {
  const eslint = new ESLint({
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => ruleId.startsWith("boundaries/"),
  });
  const [result] = await eslint.lintText(`import "${what}";\n`, { filePath: `src/${file}` });
  return result?.messages.map((message) => message.message) ?? [];
}

describe("the layer rule", () => {
  for (const [file, what] of [
    ["jobs/porter.ts", "../ports/homeserver.ts"],
    ["jobs/porter.ts", "../matrix/json.ts"],
    ["bundle/manifest.ts", "./limits.ts"],
    ["main.ts", "./http/errors.ts"],
    ["cli/bundle.ts", "../convert/convert-from.ts"],
    ["main.ts", "./version.ts"],
    ["ports/homeserver.ts", "node:stream"],
  ] as const)
    it(`lets ${file} import ${what}`, async () => {
      expect(await complaints(file, what)).to.deep.equal([]);
    });

  for (const [file, what, complaint] of [
    ["matrix/ids.ts", "../bundle/manifest.ts", "against the layers: matrix must not import bundle"],
    ["bundle/manifest.ts", "../jobs/porter.ts", "against the layers: bundle must not import jobs"],
    ["ports/homeserver.ts", "../jobs/porter.ts", "against the layers: ports must not import jobs"],
    ["bundle/manifest.ts", "../policy/refusals.ts", "against the layers: bundle must not import policy"],
    ["policy/refusals.ts", "../bundle/manifest.ts", "against the layers: policy must not import bundle"],
    ["convert/convert-from.ts", "../jobs/porter.ts", "against the layers: convert must not import jobs"],
    ["bundle/manifest.ts", "../convert/convert-from.ts", "against the layers: bundle must not import convert"],
    ["http/errors.ts", "../convert/convert-from.ts", "against the layers: http must not import convert"],
    ["http/errors.ts", "../cli/run.ts", "against the layers: http must not import cli"],
    ["bot/bot.ts", "../config/load.ts", "against the layers: bot must not import config"],
    ["bundle/manifest.ts", "../policy/new.ts", "Dependencies to unknown elements and files are not allowed"],
    ["jobs/porter.ts", "../main.ts", "against the layers: jobs must not import "],
    [
      "new-drawer/thing.ts",
      "../matrix/ids.ts",
      "File does not match any file pattern and does not belong to any known element",
    ],
  ] as const)
    it(`does not let ${file} import ${what}`, async () => {
      expect(await complaints(file, what)).to.deep.equal([complaint]);
    });
});
