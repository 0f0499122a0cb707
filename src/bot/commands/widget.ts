import { maySendState, powerNeeded, powerOf } from "../../matrix/power-levels.ts";
import type { JsonObject } from "../../matrix/json.ts";
import type { BotHomeserver } from "../../ports/homeserver/bot-homeserver.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { Command } from "../command.ts";
import { Misuse } from "../command-words.ts";

/** As clients know widgets (MSC1236). */
const WIDGETS = "im.vector.modular.widgets";
/** The state key, by which it is replaced and removed. */
const ID = "roomporter";

type Homeserver = Pick<BotHomeserver, "userId" | "stateEvent" | "sendState">;

/** `!widget`: adds the page of the room's export to the room. @param webPage its address; undefined: no client may show the widget */
export function widgetCommand(homeserver: Homeserver, webPage: string | undefined): Command {
  return {
    name: "widget",
    usage: "!widget [remove]",
    help: "adds a widget to this room, by which its members can export it; remove takes it away.",
    parse([act, ...more]) {
      if ((act !== undefined && act !== "remove") || more.length > 0) throw new Misuse("It takes remove, or nothing.");
      return async ({ event: { room_id: roomId, sender }, tell }) => {
        if (webPage === undefined && act !== "remove") {
          await tell("This service has no widget: its operator can set web.public_url and web.widget_clients.");
          return;
        }
        const lack = await lacking(homeserver, roomId, sender);
        if (lack !== undefined) {
          await tell(lack);
          return;
        }
        const content = act === "remove" || webPage === undefined ? {} : widget(homeserver.userId, webPage);
        try {
          await homeserver.sendState(roomId, WIDGETS, ID, content);
        } catch (error) {
          if (!(error instanceof HomeserverError) || error.mayPass) throw error;
          await tell(`The homeserver did not let me change the widgets of this room (${error.errcode}).`);
          return;
        }
        await tell(
          act === "remove" ? "The widget is removed." : "The widget is added: open it in the room's information.",
        );
      };
    },
  };
}

/** Whose power level is too low, in a sentence; undefined: nobody's. */
async function lacking(homeserver: Homeserver, roomId: string, asker: string): Promise<string | undefined> {
  const create = await homeserver.stateEvent(roomId, "m.room.create", "");
  const levels = await homeserver.stateEvent(roomId, "m.room.power_levels", "");
  if (!create) return "I cannot read who may change the widgets of this room.";
  const needed = powerNeeded(levels, WIDGETS);
  const sentence = (whose: string, userId: string): string =>
    `${whose} power level in this room is too low to change its widgets (${WIDGETS}): it is ${powerOf(create, levels, userId)}, and needs to be ${needed}.`;
  if (!maySendState(create, levels, asker, WIDGETS)) return sentence("Your", asker);
  if (!maySendState(create, levels, homeserver.userId, WIDGETS)) return sentence("My", homeserver.userId);
  return undefined;
}

/** Clients put in what begins with `$`, and `parentUrl` beside it. */
function widget(creator: string, webPage: string): JsonObject {
  return {
    type: "m.custom",
    url: `${webPage}/widget?widgetId=$matrix_widget_id&roomId=$matrix_room_id`,
    name: "Roomporter",
    id: ID,
    creatorUserId: creator,
    data: {},
    // it says itself when it is there
    waitForIframeLoad: false,
  };
}
