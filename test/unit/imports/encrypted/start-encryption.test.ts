import { expect } from "chai";
import { requireEncryption, startEncryption } from "../../../../src/imports/encrypted/start-encryption.ts";
import { UNKNOWN_CAPABILITIES } from "../../../../src/ports/homeserver/capabilities.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";

const READER = "@ann:x";
const { signal } = new AbortController();

describe("encrypting for the importing user", () => {
  const start = (homeserver: MemoryHomeserver) =>
    startEncryption(homeserver.access("@service:x"), { importId: "import", importingUser: READER }, signal);
  const errcodeOf = async (started: Promise<unknown>): Promise<string> => {
    const error: unknown = await started.catch((failure: unknown) => failure);
    if (error instanceof RequestError) return error.errcode;
    throw new Error("it was not refused", { cause: error });
  };

  it("begins where a device of theirs has keys", async () => {
    const homeserver = new MemoryHomeserver();
    homeserver.devices.ofUsers.set(READER, ["PHONE"]);
    await using encryption = await start(homeserver);
    expect(await encryption.devicesOf([READER])).to.have.length(1);
  });

  it("is refused where none has, and leaves no device of the service behind", async () => {
    const homeserver = new MemoryHomeserver();
    expect(await errcodeOf(start(homeserver))).to.equal("IO.ROOMPORTER.NO_DEVICE");
    expect(homeserver.devices.ofImports.size).to.equal(0);
  });

  it("is refused where application services have no devices, as was seen or as it turns out", async () => {
    const homeserver = new MemoryHomeserver();
    homeserver.devices.forServices = false;
    const seen = (durable_transactions: boolean | null): Promise<void> =>
      requireEncryption(async () => ({ ...UNKNOWN_CAPABILITIES, durable_transactions }));
    for (const refused of [start(homeserver), seen(false)])
      expect(await errcodeOf(refused)).to.equal("IO.ROOMPORTER.NO_ENCRYPTION");
    for (const known of [true, null]) await seen(known);
  });
});
