import { BundleError, fault, type Fault, type FaultCode } from "../faults.ts";

const KEPT = 100;

/** The faults found: the first hundred of them, and their number. */
export class FaultList {
  readonly first: Fault[] = [];
  total = 0;

  add(code: FaultCode, where?: string, eventId?: string): void {
    this.push(fault(code, where, eventId));
  }

  push(found: Fault): void {
    this.total++;
    if (this.first.length < KEPT) this.first.push(found);
  }

  /** Notes why reading had to stop. Any other error is thrown on. */
  caught(error: unknown): void {
    if (!(error instanceof BundleError)) throw error;
    this.push(error.fault);
  }
}
