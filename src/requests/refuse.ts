import type { Refusal } from "../policy/refusals.ts";
import { RequestError } from "./failure.ts";

/** @throws RequestError 400 with the refusals, where there are any */
export function refuse(refusals: readonly Refusal[]): void {
  const [first] = refusals;
  if (first) throw new RequestError(400, "IO.ROOMPORTER.REFUSED", first.message, [...refusals]);
}
