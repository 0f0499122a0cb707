import { asStorageError, type StorageFault } from "../../ports/storage-error.ts";
import type { FailureKind } from "../failures/failure.ts";

interface Trouble {
  kind: FailureKind;
  errcode: string;
  message: string;
}

const TROUBLE: Record<StorageFault, Trouble & { remedy: string }> = {
  full: {
    kind: "no_space",
    errcode: "M_RESOURCE_LIMIT_EXCEEDED",
    message: "The service has too little free disk space for this.",
    remedy: "Once its operator has made room",
  },
  away: {
    kind: "unavailable",
    errcode: "IO.ROOMPORTER.STORAGE_AWAY",
    message: "The bundle store does not answer.",
    remedy: "Once it is back",
  },
  refused: {
    kind: "unavailable",
    errcode: "IO.ROOMPORTER.STORAGE_AWAY",
    message: "The bundle store refuses the service's credentials or its bucket.",
    remedy: "Once the operator has corrected the storage settings (the service's log says what is wrong)",
  },
};

/**
 * What a failure of the storage means to the one who asked; undefined where the error is another one.
 * @param next what they can do once the trouble is over, e.g. "try again"
 */
export function storageTrouble(error: unknown, next: string): Trouble | undefined {
  const storage = asStorageError(error);
  if (!storage) return undefined;
  const { kind, errcode, message, remedy } = TROUBLE[storage.fault];
  return { kind, errcode, message: `${message} ${remedy}, ${next}.` };
}
