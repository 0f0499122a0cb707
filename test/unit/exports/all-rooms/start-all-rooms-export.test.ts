import { expect } from "chai";
import { startAllRoomsExport } from "../../../../src/exports/all-rooms/start-all-rooms-export.ts";
import type { Job } from "../../../../src/ports/job-store.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { operateWith } from "../../../../src/requests/operation.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { toldAuditLog } from "../../../support/fakes/memory-stores.ts";
import { job } from "../../../support/fakes/bot.ts";
import { membership } from "../../../support/room-events.ts";

const ADMIN = { userId: "admin:ops", adminToken: true, door: "http" } as const;

describe("the start of an export of all rooms", () => {
  it("is refused for a user who does not exist, and begins for whoever does or did", async () => {
    const homeserver = new MemoryHomeserver("x");
    const service = membership("@service:x", "join");
    homeserver.addRoom("!tea:x", [service, membership("@erased:x", "leave")]);
    homeserver.as("@ann:x");
    homeserver.accounts.set("@deactivated:x", { deactivated: true });
    const log = toldAuditLog();
    const queued: unknown[] = [];
    const start = startAllRoomsExport({
      operate: operateWith(() => "admin", log),
      control: { queue: async ({ params }): Promise<Job> => (queued.push(params["user_id"]), job()) },
      homeserver: homeserver.access("@service:x"),
    });
    const error = await start(ADMIN, "@nobody:x").catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RequestError).and.include({ kind: "not_found", errcode: "M_NOT_FOUND" });
    expect((error as RequestError).message).to.contain("@nobody:x");
    const users = ["@ann:x", "@deactivated:x", "@erased:x", "@far:elsewhere.example"];
    for (const user of users) await start(ADMIN, user);
    expect(queued).to.deep.equal(users);
    expect(log.entries.map(({ outcome, on_behalf_of }) => [outcome, on_behalf_of])).to.deep.equal([
      ["refused", "@nobody:x"],
    ]);
  });
});
