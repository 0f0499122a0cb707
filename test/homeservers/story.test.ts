import { describeWhere } from "../support/describe-where.ts";
import type { Service } from "../support/service.ts";
import { around } from "./chapters/around.ts";
import { guarded } from "./chapters/guarded.ts";
import { kills } from "./chapters/kills.ts";
import { travel } from "./chapters/travel.ts";
import { homeserverKinds } from "./kinds.ts";
import { World } from "./world.ts";

for (const kind of homeserverKinds())
  describeWhere(kind.missing, `the story on ${kind.name}`, function () {
    this.timeout(240_000);
    let started: World;
    const world = (): World => started;
    before(async () => {
      started = await World.start(kind, 2 * kind.roomVersions.length);
    });
    after(() => started.close());

    for (const version of kind.roomVersions)
      describe(`in room version ${version}`, () => {
        let running: Service;
        const service = (): Service => running;
        before(async () => {
          running = await started.startService(version, { roles: { board: { users: ["@board-*:localhost"] } } });
        });

        travel(world, service, version);
        guarded(world, service, version);
        if (version === kind.roomVersions.at(-1)) {
          around(world, service);
          kills(world, service);
        }
      });
  });
