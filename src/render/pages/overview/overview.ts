import { safe, type Html } from "../message/html.ts";
import type { Preparation } from "../preparation.ts";
import { aboutHtml } from "./about.ts";
import { activityHtml } from "./activity.ts";
import { pinsHtml } from "./pins.ts";
import { spaceRoomsHtml } from "./space-rooms.ts";

/** What stands above the first message. `hrefOf`: where a message stands, seen from the first page. */
export async function overviewHtml(
  { conversation, activity }: Pick<Preparation, "conversation" | "activity">,
  hrefOf: (item: number) => string,
): Promise<Html> {
  const { source, people } = conversation;
  return safe`<div class="overview" id="overview">${aboutHtml(source)}${activityHtml(activity, people)}${spaceRoomsHtml(source)}${await pinsHtml(conversation, hrefOf)}</div>
`;
}
