import { expect } from "chai";
import { lines, reactions } from "../../converted.ts";
import { USERS, soup, workspace } from "./workspace.ts";

describe("people of Slack", () => {
  it("are by what a message says: one bot speaks under many names", async () => {
    const converted = await soup(
      workspace([
        { subtype: "bot_message", bot_id: "B9", username: "mia[irc]", text: "one" },
        { subtype: "bot_message", bot_id: "B9", username: "noor[irc]", text: "two" },
        { subtype: "bot_message", bot_id: "B9", username: "Builds", text: "three" },
        { bot_id: "B9", user: "U3BOT", username: "Deploys", text: "four" },
      ]),
    );
    expect(lines(converted)).to.deep.equal(["mia[irc]: one", "noor[irc]: two", "Builds: three", "Deploys: four"]);
    expect(converted.head.senders.size).to.equal(5);
  });

  it("know a bot by the user that is its account", async () => {
    const bot = {
      id: "U9CI",
      name: "ci",
      is_bot: true,
      profile: { real_name: "Ci Bot", display_name: "", bot_id: "B9CI" },
    };
    const { head, event } = await soup(
      workspace([{ subtype: "bot_message", bot_id: "B9CI", text: "built" }], { users: [...USERS, bot] }),
    );
    expect(head.senders.get(event("built").sender)?.display_name).to.equal("Ci Bot");
  });

  it("have the name that their own messages give, also where they were spoken of before", async () => {
    const converted = await soup(
      workspace([
        { text: "<@W7EVE> hi <@U2NOOR|x>", reactions: [{ name: "+1", users: ["W7EVE"], count: 1 }] },
        {
          user: "W7EVE",
          text: "from elsewhere",
          user_profile: { display_name: "Eve", real_name: "Eve E", name: "eve" },
        },
      ]),
    );
    expect(lines(converted)).to.deep.equal(["Mia: @Eve hi @Noor N", "Eve: from elsewhere"]);
    expect(reactions(converted)).to.deep.equal(["Eve 👍"]);
  });
});
