import { roomReaderContract } from "../../../contracts/room-reader.ts";
import { ANN, PretendRoom, ROOM } from "../../../support/fakes/pretend-room.ts";

describe("a pretended room", () => {
  roomReaderContract("as room reader and media source", async () => {
    const room = new PretendRoom();
    room.set("m.room.power_levels", { users: { [ANN]: 100 } });
    room.set("m.room.name", { name: "Tea" });
    for (let i = 0; i < 30; i++) room.say(`message ${i}`);
    room.file("mxc://here/some", "some text");
    return {
      reader: room,
      media: room,
      roomId: ROOM,
      page(limit, from) {
        room.pageSize = limit;
        return room.messages(ROOM, from, new AbortController().signal);
      },
      file: { uri: "mxc://here/some", bytes: Buffer.from("some text"), mimetype: "text/plain" },
      missing: "mxc://here/doesNotExist",
    };
  });
});
