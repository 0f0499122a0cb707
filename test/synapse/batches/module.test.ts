import { homeserverAccess } from "../../../src/adapters/homeserver/access.ts";
import { batchLaneContract } from "../../contracts/batch-lane.ts";
import { describeWhere } from "../../support/describe-where.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { access } from "./chapters/access.ts";
import { interruption } from "./chapters/interruption.ts";
import { refusals } from "./chapters/refusals.ts";
import { search } from "./chapters/search.ts";
import { sending } from "./chapters/sending.ts";
import { MODULE_GROUNDS } from "./grounds.ts";
import { ModuleWorld } from "./world.ts";

for (const ground of MODULE_GROUNDS)
  describeWhere(ground.missing, `the module for Synapse: ${ground.name}`, () => {
    let started: ModuleWorld;
    const world = (): ModuleWorld => started;
    before(async () => {
      started = await ModuleWorld.start(ground);
    });
    after(() => started.close());

    describe("through the adapter", () =>
      batchLaneContract(async () => {
        const { synapse, service } = started;
        const { url, serverName } = synapse;
        const settings = { url, serverName, asToken: service.token, serviceUser: service.userId, logger: SILENT };
        return homeserverAccess(settings).asService(new AbortController().signal).writer;
      }));
    access(world);
    sending(world);
    refusals(world);
    search(world);
    // kills it: last
    interruption(world);
  });
