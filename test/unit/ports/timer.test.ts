import { IDLE_TIMER, TIMER } from "../../../src/ports/timer.ts";
import { timerContract } from "../../contracts/timer.ts";

describe("the system's timer", () => timerContract(() => TIMER));

describe("the system's timer for what is done from time to time", () => timerContract(() => IDLE_TIMER));
