import { botHomeserverContract } from "../../../contracts/bot-homeserver.ts";
import { ANN, FakeHomeserver } from "../../../support/fakes/bot.ts";

describe("the homeserver of the bot's tests", () =>
  botHomeserverContract(async () => {
    const bot = new FakeHomeserver();
    return { bot, userId: ANN, invited: async () => bot.invite() };
  }));
