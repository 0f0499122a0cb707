import type { Refusal } from "../policy/refusals.ts";
import { PorterError } from "./porter.ts";

/** @throws PorterError 400 with the refusals, where there are any */
export function refuse(refusals: readonly Refusal[]): void {
  const [first] = refusals;
  if (first) throw new PorterError(400, "IO.ROOMPORTER.REFUSED", first.message, [...refusals]);
}
