import { asStorageError, type StorageFault } from "../ports/storage-error.ts";
import { RequestError } from "./failure.ts";

const TROUBLE: Record<StorageFault, { status: number; errcode: string; happened: string; remedy: string }> = {
  full: {
    status: 507,
    errcode: "M_RESOURCE_LIMIT_EXCEEDED",
    happened: "The service has too little free disk space for this.",
    remedy: "Once its operator has made room",
  },
  away: {
    status: 503,
    errcode: "IO.ROOMPORTER.STORAGE_AWAY",
    happened: "The place where the service keeps bundles does not answer.",
    remedy: "Once it is back",
  },
  refused: {
    status: 503,
    errcode: "IO.ROOMPORTER.STORAGE_AWAY",
    happened: "The place where the service keeps bundles refuses the service.",
    remedy: "Once its operator has set that right (the service's log says what is wrong)",
  },
};

/** What a failure of the storage means to the one who asked; anything else is given back as it is. */
export function fromStorage(error: unknown): unknown {
  const storage = asStorageError(error);
  if (!storage) return error;
  const { status, errcode, happened, remedy } = TROUBLE[storage.fault];
  return new RequestError(status, errcode, `${happened} ${remedy}, try again.`);
}

/** How a job shows that it failed because of the storage; undefined where it was something else. */
export function storageJobError(error: unknown): { errcode: string; error: string } | undefined {
  const storage = asStorageError(error);
  if (!storage) return undefined;
  const { errcode, happened, remedy } = TROUBLE[storage.fault];
  return { errcode, error: `${happened} ${remedy}, retry the job.` };
}
