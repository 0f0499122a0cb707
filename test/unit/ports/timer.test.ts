import { TIMER } from "../../../src/ports/timer.ts";
import { timerContract } from "../../contracts/timer.ts";

describe("the system's timer", () => timerContract(() => TIMER));
