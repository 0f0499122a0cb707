import type { BundleEvent } from "../../../bundle/manifest/manifest.ts";
import { member, stringMember } from "../../../matrix/json.ts";
import type { RenderSource } from "../../source.ts";
import { safe, type Html } from "../message/html.ts";

/** The order of strings that the specification allows as `order` of a room in a space. */
const ORDER = /^[\x20-\x7e]{1,50}$/;
const VIA = 3;

/** The rooms of a space (client-server API, `m.space.child`), in their order; nothing where the bundle is of no space. */
export function spaceRoomsHtml({ head }: Pick<RenderSource, "head">): Html | undefined {
  if (head.room.type !== "space") return undefined;
  const rooms = head.state.filter(({ type, content }) => type === "m.space.child" && viaOf(content).length > 0);
  rooms.sort(
    (a, b) =>
      compare(orderOf(a), orderOf(b)) ||
      a.origin_server_ts - b.origin_server_ts ||
      compare(a.state_key ?? "", b.state_key ?? ""),
  );
  const rows = rooms.map(({ state_key: roomId = "", content }) => {
    const via = viaOf(content)
      .slice(0, VIA)
      .map((server) => `via=${encodeURIComponent(server)}`);
    const address = `https://matrix.to/#/${encodeURIComponent(roomId)}?${via.join("&")}`;
    const suggested = member(content, "suggested") === true && safe` <small>suggested</small>`;
    return safe`<li><a href="${address}" rel="noreferrer noopener" target="_blank">${roomId}</a>${suggested}</li>`;
  });
  const list = rows.length > 0 ? safe`<ol>${rows}</ol>` : safe`<p>The space has no rooms.</p>`;
  return safe`<section class="rooms"><h2>Rooms of this space (${rows.length})</h2>${list}<p><small>This bundle holds the space itself. Each of its rooms is exported as a bundle of its own.</small></p></section>`;
}

function viaOf(content: BundleEvent["content"]): string[] {
  const via = member(content, "via");
  return Array.isArray(via) ? via.filter((server) => typeof server === "string") : [];
}

/** Rooms without a valid order come last. */
function orderOf({ content }: BundleEvent): string {
  const order = stringMember(content, "order") ?? "";
  return ORDER.test(order) ? order : "\x7f";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
