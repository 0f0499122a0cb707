import { BundleError } from "../../../bundle/faults.ts";
import { CollectionError } from "../../../collections/collection-faults.ts";
import { CliError, EXIT } from "../../exit.ts";

/** Runs `act` on a collection, whose faults become sentences that name the file. @throws CliError */
export async function readingCollection<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof CollectionError || error instanceof BundleError)) throw error;
    const { code, message, where } = error.fault;
    throw new CliError(EXIT.failed, `${file}: ${message} [${code}${where === undefined ? "" : `, ${where}`}]`);
  }
}

export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
