import { expect } from "chai";
import { ApiServer } from "../../../support/doors/api-server.ts";

describe("bodies over HTTP", () => {
  let api: ApiServer;
  before(async () => {
    api = new ApiServer();
    await api.start();
  });
  after(() => api.stop());

  it("that are wrong are answered with what is wrong about them", async () => {
    const wrong: [string | undefined, number, string, string][] = [
      [undefined, 400, "M_MISSING_PARAM", "user_id: missing; expected one text"],
      ['{"user_id":', 400, "M_NOT_JSON", "The body is not valid JSON"],
      ["[1]", 400, "M_BAD_JSON", "The body must be a JSON object: {…}"],
      ['"text"', 400, "M_BAD_JSON", "The body must be a JSON object: {…}"],
      ["{}", 400, "M_MISSING_PARAM", "user_id: missing; expected one text"],
      ['{"user_id":7}', 400, "M_INVALID_PARAM", "user_id: expected one text, not 7"],
      ['{"userid":"@a:x","user_id":"@a:x"}', 400, "M_INVALID_PARAM", "userid: unknown parameter; known: user_id"],
      [`{"user_id":"${"x".repeat(300_000)}"}`, 413, "M_TOO_LARGE", "That is larger than this service takes"],
    ];
    for (const [body, status, errcode, error] of wrong) {
      const response = await api.fetch("/v1/rooms/!a:x/invite", {
        method: "POST",
        ...(body !== undefined && { body }),
      });
      expect([response.status, await response.json()], body).to.deep.equal([status, { errcode, error }]);
    }
    const headers = { "content-encoding": "zstd" };
    const packed = await api.fetch("/v1/rooms/!a:x/invite", { method: "POST", body: "{}", headers });
    expect([packed.status, ((await packed.json()) as { errcode: string }).errcode]).to.deep.equal([400, "M_NOT_JSON"]);
  });

  it("may be missing where nothing in them is needed", async () => {
    const response = await api.fetch("/v1/gdpr/export", { method: "POST" });
    expect(response.status).to.equal(500);
  });

  it("name unknown parameters of addresses that take none", async () => {
    const response = await api.fetch("/v1/rooms?limit=5");
    expect([response.status, await response.json()]).to.deep.equal([
      400,
      { errcode: "M_INVALID_PARAM", error: "limit: unknown parameter; there are none" },
    ]);
  });
});
