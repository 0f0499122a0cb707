import { expect } from "chai";
import { application } from "../../../../../src/http/application.ts";
import { listKeysRoute } from "../../../../../src/http/endpoints/service/list-keys.ts";
import { openRouter } from "../../../../../src/http/router.ts";
import { listen, type OpenListener } from "../../../../../src/http/listeners.ts";
import { pemOf } from "../../../../../src/bundle/public-keys.ts";
import { keyIdOf } from "../../../../../src/bundle/signature.ts";
import { StoreAway } from "../../../../../src/ports/store-away.ts";
import { testSigner } from "../../../../support/test-signer.ts";
import { SILENT } from "../../../../support/fakes/logger.ts";

describe("the keys over HTTP", () => {
  const { publicKey } = testSigner();
  let away = false;
  let listening: OpenListener;
  before(async () => {
    const all = async (): Promise<{ public_key: string; created_at: number }[]> => {
      if (away) throw new StoreAway("away");
      return [{ public_key: publicKey, created_at: 0 }];
    };
    const handler = openRouter([listKeysRoute({ all }, "x")]);
    listening = await listen(0, "127.0.0.1", application([{ at: "/", handler }], SILENT));
  });
  after(() => listening.close(0));
  const get = (): Promise<Response> => fetch(`http://127.0.0.1:${listening.address.port}/v1/keys`);

  it("are for everybody, in each form that programs take", async () => {
    const key = {
      key_id: keyIdOf(publicKey),
      algorithm: "ed25519",
      server_name: "x",
      public_key: publicKey,
      pem: pemOf(publicKey),
      created_at: "1970-01-01T00:00:00.000Z",
    };
    expect(await (await get()).json()).to.deep.equal({ keys: [key] });
  });

  it("are asked for later where the database is away", async () => {
    away = true;
    expect((await get()).status).to.equal(503);
  });
});
