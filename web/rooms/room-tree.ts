import type { Room } from "../service/shapes.ts";

/** A room, and below a space the rooms that it lists. */
export interface RoomNode {
  room: Room;
  children: RoomNode[];
}

/**
 * Spaces with their rooms below them. Each room stands once: below the first space that lists it, else at the top, where spaces come
 * first. Spaces may list each other in a circle.
 */
export function roomTree(rooms: readonly Room[]): RoomNode[] {
  const nodes = new Map(rooms.map((room) => [room.room_id, { room, children: [] as RoomNode[] }]));
  const parents = new Map<string, string>();
  for (const { room_id: space, children } of rooms)
    for (const child of children)
      if (nodes.has(child) && !parents.has(child) && !isAbove(child, space, parents)) {
        parents.set(child, space);
      }
  for (const [child, space] of parents) {
    const node = nodes.get(child);
    if (node) nodes.get(space)?.children.push(node);
  }
  const top = [...nodes].filter(([id]) => !parents.has(id)).map(([, node]) => node);
  return [...top.filter(({ room }) => isSpace(room)), ...top.filter(({ room }) => !isSpace(room))];
}

/** Is `above` the room itself, or one of the spaces over it? */
function isAbove(above: string, room: string, parents: ReadonlyMap<string, string>): boolean {
  for (let at: string | undefined = room; at !== undefined; at = parents.get(at)) if (at === above) return true;
  return false;
}

function isSpace({ type }: Room): boolean {
  return type === "m.space";
}

/** Ids of all that is below a node. */
export function below({ children }: RoomNode): string[] {
  return children.flatMap((child) => [child.room.room_id, ...below(child)]);
}

/** Every node, those below included. */
export function allNodes(nodes: readonly RoomNode[]): RoomNode[] {
  return nodes.flatMap((node) => [node, ...allNodes(node.children)]);
}

/** The choice after a change by somebody: a space takes the rooms below it along. */
export function withChildren(
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  nodes: ReadonlyMap<string, RoomNode>,
): Set<string> {
  const chosen = new Set(after);
  const childrenOf = (id: string): string[] => {
    const node = nodes.get(id);
    return node === undefined ? [] : below(node);
  };
  for (const id of after) if (!before.has(id)) for (const child of childrenOf(id)) chosen.add(child);
  for (const id of before) if (!after.has(id)) for (const child of childrenOf(id)) chosen.delete(child);
  return chosen;
}
