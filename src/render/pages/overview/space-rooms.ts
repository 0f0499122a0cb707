import { spaceChildren } from "../../../collections/relations.ts";
import type { RenderSource } from "../../source.ts";
import { safe, type Html } from "../message/html.ts";

const VIA = 3;

/** The rooms of a space in their order; nothing where the bundle is of no space. */
export function spaceRoomsHtml({ head }: Pick<RenderSource, "head">): Html | undefined {
  if (head.room.type !== "space") return undefined;
  const rows = spaceChildren(head.state).map(({ room_id: roomId, suggested, via }) => {
    const servers = via.slice(0, VIA).map((server) => `via=${encodeURIComponent(server)}`);
    const address = `https://matrix.to/#/${encodeURIComponent(roomId)}?${servers.join("&")}`;
    const word = suggested && safe` <small>suggested</small>`;
    return safe`<li><a href="${address}" rel="noreferrer noopener" target="_blank">${roomId}</a>${word}</li>`;
  });
  const list = rows.length > 0 ? safe`<ol>${rows}</ol>` : safe`<p>The space has no rooms.</p>`;
  return safe`<section class="rooms"><h2>Rooms of this space (${rows.length})</h2>${list}<p><small>This bundle holds the space itself. Each of its rooms is exported as a bundle of its own.</small></p></section>`;
}
