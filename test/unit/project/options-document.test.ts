import { readFileSync } from "node:fs";
import { expect } from "chai";
import { typedArguments, typedValues } from "../../../src/bot/typed-options.ts";
import { typedRequest } from "../../../src/cli/service/typed-options.ts";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { schemaOf, typedOptions, usageOf, type Options } from "../../../src/requests/options/option.ts";
import { fromTexts, parseOptions } from "../../../src/requests/options/parse-options.ts";
import { operations, ROUTES } from "../../support/doors/api-description.ts";
import { COMMANDS } from "../../support/doors/commands.ts";
import { TYPED_REQUESTS } from "../../support/doors/typed-requests.ts";

const doc = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8").replaceAll(/```[^]*?```/g, "");
const CLI = doc("cli.md");
const BOT = doc("bot.md");
/** What a request needs beside what people may leave out. */
const NEEDED: JsonObject = { name: "x", do_not_index: true };

function needed(options: Options): JsonObject {
  return Object.fromEntries(Object.entries(NEEDED).filter(([key]) => key in options.shape));
}

/** How a page writes the command: the one piece of code that begins with it. */
function usageIn(page: string, command: string): string {
  const pieces = [...page.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll("\\|", "|"));
  return pieces.find((code) => code === command || code.startsWith(`${command} `)) ?? "";
}

/** The rows of docs/cli.md that explain the options of a request, as the shapes have them. */
function rowsOf(command: string, options: Options, but: readonly string[]): string[] {
  return typedOptions(options, "cli").flatMap(([key, { name, placeholder, flags }]) => {
    const shape = options.shape[key];
    if (!shape || but.includes(key)) return [];
    if (placeholder !== undefined)
      return [`| ${command} | \`--${name} ${placeholder}\` | ${shape.description ?? ""} |`];
    return Object.entries(flags).map(([flag, [, help]]) => `| ${command} | \`--${flag}\` | ${help} |`);
  });
}

const plain = (page: string): string => page.replaceAll(/ +/g, " ");

describe("the options of requests", () => {
  it("are those of an endpoint, each of which with options stands in the table of this test", () => {
    for (const route of ROUTES) {
      if ("open" in route) continue;
      const shapes = [route.query, route.body, route.form].filter((shape) => shape !== undefined);
      const typed = shapes.some((shape) => typedOptions(shape, "cli").length + typedOptions(shape, "bot").length > 0);
      const known = TYPED_REQUESTS.filter(({ operationId }) => operationId === route.operationId);
      expect(known.length > 0, route.operationId).to.equal(typed);
    }
  });

  for (const { options, operationId, cli, own = [], bot } of TYPED_REQUESTS)
    describe([operationId, cli, bot].filter(Boolean).join(", "), () => {
      it("stand in the API's description, with their defaults", () => {
        const operation = operations().find((each) => each.operationId === operationId);
        const shape = schemaOf(options).properties ?? {};
        for (const [key, { description: _, ...schema }] of Object.entries(shape as Record<string, JsonObject>)) {
          const parameter = operation?.parameters.find(({ name }) => name === key);
          const found = parameter ? objectMember(parameter, "schema") : bodySchema(operationId, key);
          expect(found, key).to.deep.include(schema);
        }
      });

      if (cli !== undefined)
        it("stand in docs/cli.md and in the help of the command, in the same words", () => {
          const usage = usageIn(CLI, cli);
          const help = COMMANDS.get(cli)?.options.map(({ long, description }) => `${long ?? ""} ${description}`) ?? [];
          for (const [key, option] of typedOptions(options, "cli")) {
            if (own.includes(key)) continue;
            const { name, placeholder, flags } = option;
            const names = placeholder === undefined ? Object.keys(flags) : [`${name} ${placeholder}`];
            for (const each of names) expect(usage, `${cli}: ${each}`).to.include(`[--${each}]`);
            for (const [flag, [, words]] of Object.entries(flags)) expect(help).to.include(`--${flag} ${words}`);
            if (placeholder !== undefined)
              expect(help).to.include(`--${name} ${options.shape[key]?.description ?? ""}`);
          }
          for (const row of rowsOf(cli, options, own)) expect(plain(CLI), `${cli}: ${row}`).to.include(row);
        });

      if (bot !== undefined)
        it("stand in docs/bot.md as in the command's usage", () => {
          expect(usageIn(BOT, bot)).to.include(usageOf(options, "bot"));
        });

      it("have the same defaults at every door", () => {
        const given = needed(options);
        const defaults = parseOptions(options, given);
        expect(typedValues(options, { ...typedArguments([], options).given, ...given })).to.deep.equal(defaults);
        expect(parseOptions(options, typedRequest(options, {}, given))).to.deep.equal(defaults);
        expect(parseOptions(options, { ...fromTexts(options, {}), ...given })).to.deep.equal(defaults);
      });
    });
});

/** Of a member of the body of a request. */
function bodySchema(operationId: string, key: string): JsonObject | undefined {
  const route = ROUTES.find((each) => each.operationId === operationId);
  const operation = operations().find((each) => each.operationId === operationId);
  const content = objectMember(operation?.requestBody, "content");
  const schema = objectMember(Object.values(content ?? {})[0], "schema");
  return route && objectMember(objectMember(schema, "properties"), key);
}
