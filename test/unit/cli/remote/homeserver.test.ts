import { expect } from "chai";
import { UNKNOWN_CAPABILITIES } from "../../../../src/ports/homeserver/capabilities.ts";
import { fakeService, json } from "../../../support/doors/scripted-service.ts";
import { run } from "../../../support/doors/run-command.ts";

const REPORT = {
  ...UNKNOWN_CAPABILITIES,
  software: "Dendrite 0.15.2",
  spec_versions: ["v1.1", "v1.2"],
  room_versions: { default: "10", available: [{ version: "10", stability: "stable" }] },
  redaction: "undated",
  dated_events: true,
  bundled_edits: false,
  page_limit: 100,
  upload_limit: 10_485_760,
  reasons: { bundled_edits: "no edits" },
  problems: [] as { key: string; message: string }[],
};

describe("homeserver check", () => {
  it("has the homeserver probed, and prints what it does, in the words of the API", async () => {
    await using service = await fakeService((_asked, response) => json(response, 200, REPORT));
    const { code, stdout } = await run(["homeserver", "check"], { env: service.env });
    expect(code).to.equal(0);
    expect(service.asked[0]).to.include({ method: "POST", url: "/v1/homeserver/check" });
    expect(stdout.toString().split("\n")).to.include.members([
      "software              Dendrite 0.15.2",
      "spec_versions         v1.1 to v1.2",
      "redaction             undated",
      "dated_events          yes",
      "bundled_edits         no               no edits",
      "page_limit            100",
      "upload_limit          10485760 bytes",
      "admin_api             not configured",
      "media                 unknown",
    ]);
    const asJson = await run(["homeserver", "check", "--json"], { env: service.env });
    expect(JSON.parse(asJson.stdout.toString())).to.deep.equal(REPORT);
  });

  it("fails where the homeserver cannot do what the configuration asks for, and names each key", async () => {
    const problems = [{ key: "import.room_version", message: "the homeserver has no room version 12" }];
    await using service = await fakeService((_asked, response) => json(response, 200, { ...REPORT, problems }));
    const { code, stdout, stderr } = await run(["homeserver", "check"], { env: service.env });
    expect(code).to.equal(1);
    expect(stdout.toString()).to.include("redaction");
    expect(stderr).to.equal("roomporter: import.room_version: the homeserver has no room version 12\n");
  });
});
