import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { meter } from "../../../bench/process-usage.ts";
import { postImport } from "../../support/imported-room.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { syntheticHomeserver, type SyntheticHomeserver } from "../../support/synthetic-homeserver.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, membershipOf } from "../bot/talk.ts";
import { variedConversation } from "../../support/varied-conversation.ts";

/** What the service may take, in MB, whatever it is asked. */
const MOST_MEMORY = 300;
const AT_ONCE = 100;
/** As many exports as a service reads at once by default. */
const PLACES = 8;

/** Sends so many requests at once; gives how often each status came. The answers are read whole. */
async function flood(send: (index: number) => Promise<{ status: number }>): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => send(index)));
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  return statuses;
}

async function ask(url: string, token: string, init: RequestInit = {}): Promise<{ status: number }> {
  const response = await fetch(url, { ...init, headers: { authorization: `Bearer ${token}` } });
  for await (const _chunk of response.body ?? []);
  return { status: response.status };
}

function expectSmall(what: string, peak: number, statuses: Record<number, number>): void {
  process.stdout.write(`      ${what}: ${peak.toFixed(0)} MB, ${JSON.stringify(statuses)}\n`);
  expect(peak, what).to.be.below(MOST_MEMORY);
}

describe(`a service asked ${AT_ONCE} times at once`, function () {
  this.timeout(600_000);

  describe("to export a room of 2,500 events", () => {
    let dir: string;
    let homeserver: SyntheticHomeserver;
    let service: Service;
    before(async () => {
      dir = mkdtempSync(join(tmpdir(), "roomporter-memory-"));
      const url = `http://127.0.0.1:${await freePort()}`;
      const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
      homeserver = await syntheticHomeserver({ events: 2500, fileEvery: 50, registration });
      const config = { limits: { live_exports_per_user: PLACES, live_exports: PLACES } };
      service = await startService({ synapse: homeserver, registration, config });
    });
    after(async () => {
      await service.close();
      await homeserver.close();
      rmSync(dir, { recursive: true, force: true });
    });

    it("stays small: some are exported, the others are told to come again", async () => {
      const used = meter(service.pid);
      const room = `${service.url}/v1/rooms/${encodeURIComponent(homeserver.room.roomId)}`;
      const { token } = homeserver.user;
      const statuses = await flood(() => ask(`${room}/export`, token));
      expect(Object.keys(statuses)).to.deep.equal(["200", "429"]);
      expect(statuses[200]).to.be.at.least(PLACES);
      expectSmall("exports", used().peak, statuses);
    });
  });

  describe("anything else", () => {
    let service: Service;
    after(() => service.close());

    it("stays small", async () => {
      const synapse = await sharedSynapse();
      service = await startService({ synapse, registration: synapse.takeRegistration() });
      const ann = await registerUser(synapse.url, unique("ann"));
      const { token } = ann;
      const room = await ann.createRoom({ name: "Tea", invite: [service.userId] });
      await eventually("the bot joins", async () => (await membershipOf(service.userId, ann, room)) === "join");
      const bundle = await variedConversation(800).write();
      const used = meter(service.pid);
      const v1 = `${service.url}/v1`;
      const large = JSON.stringify({ name: "Tea", topic: "x".repeat(250_000) });
      const kinds: [string, (index: number) => Promise<{ status: number }>][] = [
        ["whoami", () => ask(`${v1}/whoami`, token)],
        ["wrong tokens", (index) => ask(`${v1}/whoami`, `wrong${index}`)],
        ["list of rooms", () => ask(`${v1}/rooms`, token)],
        ["list of jobs", () => ask(`${v1}/jobs`, token)],
        ["audit log", () => ask(`${v1}/audit`, service.adminToken)],
        ["feed", () => ask(`${v1}/index/events`, service.adminToken)],
        ["description", () => ask(`${v1}/openapi.json`, token)],
        ["large bodies", () => ask(`${v1}/rooms`, token, { method: "POST", body: large })],
        ["export jobs", () => ask(`${v1}/rooms/${encodeURIComponent(room)}/exports`, ann.token, { method: "POST" })],
        ["uploads", () => postImport(service, token, bundle.file)],
      ];
      try {
        for (const [what, send] of kinds) {
          const statuses = await flood(send);
          expectSmall(what, used().peak, statuses);
          expect(
            Object.keys(statuses).filter((status) => Number(status) >= 500),
            what,
          ).to.deep.equal([]);
        }
      } finally {
        await bundle.remove();
      }
    });
  });
});
