import type { Refusal } from "../../policy/refusals.ts";
import { RequestError } from "./failure.ts";

/** @throws RequestError invalid with the refusals, where there are any */
export function refuse(refusals: readonly Refusal[]): void {
  const [first] = refusals;
  if (first) throw new RequestError("invalid", "IO.ROOMPORTER.REFUSED", first.message, [...refusals]);
}
