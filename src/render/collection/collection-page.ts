import type { CollectedRoom, CollectionIndex } from "../../collections/collection-index.ts";
import { STYLE } from "../pages/assets.ts";
import { documentHead } from "../pages/document.ts";
import { safe, type Html } from "../pages/message/html.ts";

/** The page has no script, picture or form. */
const POLICY = `default-src 'none'; style-src ${STYLE.source}; base-uri 'none'; form-action 'none'`;

export interface RenderedRoom {
  room: CollectedRoom;
  /** its first page, from the page of the collection */
  href: string;
  topic: string | null;
}

/** The page of a collection: its rooms, those of a space below it, and what is not in it and why. It needs no script. */
export function collectionPage(index: CollectionIndex, rooms: readonly RenderedRoom[]): Html {
  const { counts, refused, failed } = index;
  const title = index.user_id === null ? `Rooms of ${index.server_name}` : `Rooms of ${index.user_id}`;
  const total = rooms.reduce((sum, { room }) => sum + room.events, 0);
  return safe`${documentHead(title, POLICY)}<header class="top"><div class="bar"><div class="room"><div><h1>${title}</h1><p class="topic">${plural(rooms.length, "room")}, ${plural(total, "event")}</p></div></div></div></header>
<main class="collection">
${rooms.length > 0 ? tree(rooms, index) : safe`<p>There are no rooms in this collection.</p>`}
${leftOut(refused.length + failed.length > 0, index)}${
    counts.incognito > 0 &&
    safe`<p>${plural(counts.incognito, "incognito room")}: counted, not named, and not read.</p>
`
  }</main>
<footer><p>Exported ${index.exported_at} by ${index.requested_by} from ${index.server_name}.</p></footer>
</body>
</html>
`;
}

/** Each room once: below the first space that lists it, or at the top. */
function tree(rooms: readonly RenderedRoom[], index: CollectionIndex): Html {
  const byId = new Map(rooms.map((rendered) => [rendered.room.room_id, rendered]));
  const listed = new Set(rooms.flatMap(({ room }) => (room.children ?? []).map(({ room_id: id }) => id)));
  const outside = new Map([
    ...index.refused.map(({ room_id: id }) => [id, "refused"] as const),
    ...index.failed.map(({ room_id: id }) => [id, "failed"] as const),
  ]);
  const shown = new Set<string>();
  const [names, shared] = [new Set<string | null>(), new Set<string | null>()];
  for (const { room } of rooms) (names.has(room.name) ? shared : names).add(room.name);
  const entry = (rendered: RenderedRoom, suggested: boolean): Html => {
    shown.add(rendered.room.room_id);
    const below = (rendered.room.children ?? []).flatMap((child) => {
      const room = byId.get(child.room_id);
      if (!room)
        return safe`<li><code>${child.room_id}</code> <small>${outside.get(child.room_id) ?? "not in this collection"}</small></li>`;
      return shown.has(child.room_id) ? [] : entry(room, child.suggested);
    });
    return safe`<li>${roomLine(rendered, suggested, shared.has(rendered.room.name))}${below.length > 0 && safe`<ul>${below}</ul>`}</li>
`;
  };
  const top = rooms.filter(({ room }) => !listed.has(room.room_id)).map((rendered) => entry(rendered, false));
  // spaces that list each other have no top
  for (const rendered of rooms) if (!shown.has(rendered.room.room_id)) top.push(entry(rendered, false));
  return safe`<ul class="rooms">${top}</ul>`;
}

/** `isShared`: another room has the same name */
function roomLine({ room, href, topic }: RenderedRoom, suggested: boolean, isShared: boolean): Html {
  const facts = [
    ...(room.children ? ["space"] : []),
    plural(room.events, "event"),
    ...(room.media_files > 0 ? [plural(room.media_files, "file")] : []),
    ...(room.complete ? [] : ["not the whole room"]),
    ...(suggested ? ["suggested"] : []),
  ];
  return safe`<a href="${href}">${room.name ?? "A room without a name"}</a> ${isShared && safe`<code>${room.room_id}</code> `}<small>${facts.join(" · ")}</small>${
    topic !== null && topic !== "" && safe`<p class="topic">${topic}</p>`
  }`;
}

function leftOut(any: boolean, { refused, failed }: CollectionIndex): Html | undefined {
  if (!any) return undefined;
  const rows = [
    ...refused.map(({ room_id: id, reasons }) => [id, reasons.map(({ message }) => message).join(" ")] as const),
    ...failed.map(({ room_id: id, errcode }) => [id, `The homeserver did not give it (${errcode}).`] as const),
  ];
  return safe`<h2>Not in this collection (${rows.length})</h2><ul class="rooms">${rows.map(
    ([id, why]) => safe`<li><code>${id}</code> <small>${why}</small></li>
`,
  )}</ul>
`;
}

function plural(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
