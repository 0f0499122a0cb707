import { createPublicKey, verify } from "node:crypto";
import { expect } from "chai";
import { signingKeys } from "../../src/adapters/database/stores/signing-keys.ts";
import { pemOf } from "../../src/bundle/signature.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every database must do for the keys of the service. */
export function signingKeysContract(open: OpenStores): void {
  const clock = new TestClock();
  let stores: OpenedStores;
  beforeEach(async () => void (stores = await open(clock)));
  afterEach(() => stores.close());

  it("makes one key, however many processes ask for it at once, and signs with it ever after", async () => {
    expect(await signingKeys(stores.database, clock).all()).to.deep.equal([]);
    const signers = await Promise.all([1, 2, 3].map(() => signingKeys(stores.database, clock).signer()));
    const [first] = signers;
    const all = await signingKeys(stores.database, clock).all();
    expect(all).to.deep.equal([{ public_key: first?.publicKey, created_at: clock.time }]);
    for (const signer of [...signers, await signingKeys((await stores.reopen()).database, clock).signer()]) {
      const message = Buffer.from("hello");
      const key = createPublicKey(pemOf(all[0]?.public_key ?? ""));
      expect(signer.publicKey).to.equal(first?.publicKey);
      expect(verify(null, message, key, signer.sign(message))).to.equal(true);
    }
  });
}
