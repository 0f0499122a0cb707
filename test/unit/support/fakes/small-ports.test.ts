import { clockContract } from "../../../contracts/clock.ts";
import { diskSpaceContract } from "../../../contracts/disk-space.ts";
import { loggerContract } from "../../../contracts/logger.ts";
import { AMPLE } from "../../../support/fakes/ample-space.ts";
import { keptLog, SILENT } from "../../../support/fakes/logger.ts";
import { TestClock } from "../../../contracts/stores.ts";

describe("a clock that a test moves", () => clockContract(() => new TestClock()));
describe("a disk that is never full", () => diskSpaceContract(() => AMPLE));
describe("a log that nobody reads", () => loggerContract(() => SILENT));
describe("a log that a test reads", () => loggerContract(() => keptLog().logger));
