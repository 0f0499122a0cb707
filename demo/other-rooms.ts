import type { SourceRoom } from "./source-room.ts";

/** Names of rooms, and how many of the sample's people are in each beside the host. */
const ROOMS = [
  ["Book club", 4],
  ["Garden plans", 2],
  ["Release party", 11],
  ["Translations", 6],
] as const;

/** Gives the host of the sample some more rooms, two of them with the sample in a space, so that there is something to choose from. */
export async function openOtherRooms({ host, people, roomId }: SourceRoom): Promise<void> {
  const guests = [...people.values()].filter(({ userId }) => userId !== host.userId);
  const rooms = new Map<string, string>([["sample", roomId]]);
  for (const [name, count] of ROOMS) {
    const room = await host.createRoom({ preset: "public_chat", name });
    for (const guest of guests.slice(0, count)) await guest.join(room);
    await host.say(room, "Welcome!");
    rooms.set(name, room);
  }
  const space = await host.createRoom({ name: "Ubuntu friends", creation_content: { type: "m.space" } });
  const via = [host.userId.slice(host.userId.indexOf(":") + 1)];
  for (const child of ["sample", "Release party", "Translations"])
    await host.setState(space, "m.space.child", { via }, rooms.get(child) ?? "");
}
