import { LEASE_CLOCKS } from "../../../src/jobs/held-lease.ts";
import { clockContract } from "../../contracts/clock.ts";

describe("the clocks of leases", () => clockContract(() => LEASE_CLOCKS));
