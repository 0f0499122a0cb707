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
    ["exports/export-room.ts", "../ports/homeserver/homeserver.ts"],
    ["exports/export-room.ts", "../matrix/json.ts"],
    ["exports/export-room.ts", "../render/render.ts"],
    ["imports/import-room.ts", "../jobs/pace.ts"],
    ["bundle/open-bundle.ts", "./limits.ts"],
    ["main.ts", "./http/errors.ts"],
    ["main.ts", "./app/version.ts"],
    ["app/service.ts", "../http/errors.ts"],
    ["cli/bundle/bundle.ts", "../../convert/convert-from.ts"],
    ["ports/homeserver/homeserver.ts", "node:stream"],
  ] as const)
    it(`lets ${file} import ${what}`, async () => {
      expect(await complaints(file, what)).to.deep.equal([]);
    });

  for (const [file, what, complaint] of [
    ["matrix/ids.ts", "../bundle/open-bundle.ts", "against the layers: matrix must not import bundle"],
    ["bundle/open-bundle.ts", "../exports/options.ts", "against the layers: bundle must not import exports"],
    ["bundle/open-bundle.ts", "../render/render.ts", "against the layers: bundle must not import render"],
    ["ports/homeserver/homeserver.ts", "../../jobs/pace.ts", "against the layers: ports must not import jobs"],
    ["bundle/open-bundle.ts", "../policy/refusals.ts", "against the layers: bundle must not import policy"],
    ["policy/refusals.ts", "../bundle/open-bundle.ts", "against the layers: policy must not import bundle"],
    ["convert/convert-from.ts", "../exports/options.ts", "against the layers: convert must not import exports"],
    ["bundle/open-bundle.ts", "../convert/convert-from.ts", "against the layers: bundle must not import convert"],
    ["jobs/pace.ts", "../exports/options.ts", "against the layers: jobs must not import exports"],
    ["jobs/pace.ts", "../policy/refusals.ts", "against the layers: jobs must not import policy"],
    ["exports/options.ts", "../imports/import-params.ts", "against the layers: exports must not import imports"],
    ["rooms/new-room.ts", "../exports/options.ts", "against the layers: rooms must not import exports"],
    ["http/errors.ts", "../convert/convert-from.ts", "against the layers: http must not import convert"],
    ["http/errors.ts", "../cli/run.ts", "against the layers: http must not import cli"],
    ["http/errors.ts", "../app/version.ts", "against the layers: http must not import app"],
    ["bot/bot.ts", "../config/load.ts", "against the layers: bot must not import config"],
    ["bundle/open-bundle.ts", "../policy/new.ts", "Dependencies to unknown elements and files are not allowed"],
    ["jobs/pace.ts", "../main.ts", "against the layers: jobs must not import "],
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
