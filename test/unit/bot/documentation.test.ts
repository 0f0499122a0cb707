import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Bot } from "../../../src/bot/bot.ts";
import { fakeParts, message, ROOM } from "../../support/fakes/bot.ts";

describe("docs/bot.md", () => {
  it("knows every command of !help, with its usage", async () => {
    const page = readFileSync(new URL("../../../docs/bot.md", import.meta.url), "utf8");
    const parts = fakeParts();
    await new Bot(parts).handle(message("!help"));
    const usages = (parts.homeserver.bodies(ROOM)[0] ?? "").split("\n").filter((line) => line.startsWith("!"));
    expect(usages).to.have.length(10);
    for (const usage of usages) expect(page).to.contain(`\`${usage}\``);
  });
});
