/** The addresses of the built workers; the build puts them here. */
declare const READER_WORKER: string;
declare const DECRYPT_WORKER: string;

/** Trusted Types, where the browser has them: a script is run only from an address that this policy lets through. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("roomporter-reader", {
  createScriptURL: (address) => {
    if (address !== READER_WORKER && address !== DECRYPT_WORKER) throw new TypeError("not a worker of this page");
    return address;
  },
});

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL: (address: string) => string };
}

/** The worker that reads files. */
export function readerWorker(): Worker {
  return new Worker(trusted(READER_WORKER));
}

/** The worker that decrypts them: its library is a module. */
export function decryptWorker(): Worker {
  return new Worker(trusted(DECRYPT_WORKER), { type: "module" });
}

function trusted(address: string): string {
  return policy ? policy.createScriptURL(address) : address;
}
