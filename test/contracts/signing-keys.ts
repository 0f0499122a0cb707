import { createPublicKey, verify } from "node:crypto";
import { expect } from "chai";
import { pemOf } from "../../src/bundle/public-keys.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every SigningKeys does. */
export function signingKeysContract(open: OpenStores): void {
  const clock = new TestClock();
  let stores: OpenedStores;
  beforeEach(async () => void (stores = await open(clock)));
  afterEach(() => stores.close());

  it("makes one key, however many processes ask for it at once, and signs with it ever after", async () => {
    expect(await stores.keys.all()).to.deep.equal([]);
    const signers = await Promise.all([1, 2, 3].map(() => stores.keys.signer()));
    const [first] = signers;
    const all = await stores.keys.all();
    expect(all).to.deep.equal([{ public_key: first?.publicKey, created_at: clock.time }]);
    for (const signer of [...signers, await (await stores.reopen()).keys.signer()]) {
      const message = Buffer.from("hello");
      const key = createPublicKey(pemOf(all[0]?.public_key ?? ""));
      expect(signer.publicKey).to.equal(first?.publicKey);
      expect(verify(null, message, key, signer.sign(message))).to.equal(true);
    }
  });
}
