import { expect } from "chai";
import type { TimelinePage } from "../../../../../src/ports/homeserver/homeserver.ts";
import { PretendRoom } from "../../../../support/fakes/pretend-room.ts";
import { collect } from "../collected.ts";

/** Pages of 100 events, each of which takes as long as is said. */
async function told(milliseconds: (page: number) => number, pages = 8): Promise<unknown[]> {
  let now = 0;
  let page = 0;
  class SlowRoom extends PretendRoom {
    override pageSize = 100;
    override async messages(id: string, from: string | undefined, signal: AbortSignal): Promise<TimelinePage> {
      now += milliseconds(page++);
      return super.messages(id, from, signal);
    }
  }
  const room = new SlowRoom();
  for (let i = 0; i < 100 * pages - 2; i++) room.say("x");
  const warnings: unknown[] = [];
  const silent = (): void => undefined;
  const logger = {
    ...{ debug: silent, info: silent, error: silent },
    warn: (fields: object, text: string) => void warnings.push([fields, text]),
  };
  // the next page is under way while one is worked on: only one call at a time moves the clock
  await collect({ reader: room, media: room, logger, timer: { monotonic: () => now } });
  return warnings;
}

describe("a homeserver that is slow to read", () => {
  it("is told once, with the cure", async () => {
    const warnings = await told(() => 500);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.deep.include({ room_id: "!room:here", ms_per_event: 5 });
    expect(String((warnings[0] as unknown[])[1]))
      .to.include("ANALYZE")
      .and.include("PostgreSQL");
  });

  it("is told where its later pages take far longer than the first", async () => {
    expect(await told((page) => 15 * (page + 1))).to.have.length(1);
  });

  it("is not told of one that is in order, of noise, or of a page that had to wait", async () => {
    expect(await told(() => 30)).to.deep.equal([]);
    expect(await told((page) => (page < 3 ? 1 : 40))).to.deep.equal([]);
    expect(await told((page) => (page === 4 ? 60_000 : 30))).to.deep.equal([]);
    expect(await told(() => 5000, 2)).to.deep.equal([]);
  });
});
