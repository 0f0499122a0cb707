import { expect } from "chai";
import { Bot } from "../../../src/bot/bot.ts";
import type { BotParts } from "../../../src/bot/bot.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { ANN, fakeParts, message, ROOM, SELF, type FakeParts } from "../../support/fakes/bot.ts";

const WEB = { webPage: "https://porter.acme.org" };

describe("!widget", () => {
  const parts = (users: Record<string, number>, change: Partial<BotParts> = WEB): FakeParts => {
    const faked = fakeParts(change);
    faked.homeserver.levels = { users, events: { "im.vector.modular.widgets": 60 }, state_default: 10 };
    return faked;
  };
  const ask = async (faked: FakeParts, words = "!widget"): Promise<string> => {
    await new Bot(faked).handle(message(words));
    return faked.homeserver.bodies(ROOM).join();
  };

  it("adds the widget, and takes it away", async () => {
    const faked = parts({ [ANN]: 60, [SELF]: 60 });
    expect(await ask(faked)).to.contain("The widget is added");
    const [{ type, stateKey, content } = { type: "", stateKey: "", content: {} }] = faked.homeserver.sent;
    expect([type, stateKey]).to.deep.equal(["im.vector.modular.widgets", "roomporter"]);
    expect(content).to.include({
      url: "https://porter.acme.org/widget?widgetId=$matrix_widget_id&roomId=$matrix_room_id",
      waitForIframeLoad: false,
      creatorUserId: SELF,
    });
    const removing = parts({ [ANN]: 60, [SELF]: 60 });
    expect(await ask(removing, "!widget remove")).to.contain("The widget is removed");
    expect(removing.homeserver.sent[0]?.content).to.deep.equal({});
  });

  it("says whose power level is too low, and what it has to be", async () => {
    const asker = parts({ [ANN]: 50, [SELF]: 100 });
    expect(await ask(asker))
      .to.contain("Your power level")
      .and.contain("it is 50, and needs to be 60");
    const own = parts({ [ANN]: 100 });
    expect(await ask(own, "!widget remove"))
      .to.contain("My power level")
      .and.contain("it is 0, and needs to be 60");
    expect([...asker.homeserver.sent, ...own.homeserver.sent]).to.deep.equal([]);
  });

  it("says what the operator has to set, and what the homeserver refused", async () => {
    for (const change of [{}, { ...WEB, hasWidget: false }])
      expect(await ask(parts({ [ANN]: 60, [SELF]: 60 }, change))).to.contain("web.widget_clients");
    const faked = parts({ [ANN]: 60, [SELF]: 60 });
    faked.homeserver.sendState = () => Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "no"));
    expect(await ask(faked)).to.contain("did not let me change the widgets of this room (M_FORBIDDEN)");
    expect(await ask(parts({}), "!widget away")).to.contain("Usage: !widget [remove]");
    expect(await ask(parts({}), "!wigdet")).to.contain("Did you mean `!widget`?");
  });
});
