import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "./api.ts";

describe("administration on a real homeserver", () => {
  it("tells what the homeserver can do, for whom how much is kept, and the metrics; to admins alone", async () => {
    const [synapse, service] = [await sharedSynapse(), await sharedService()];
    const ann = await registerUser(synapse.url, unique("ann"));
    const [admin, user] = [new Api(service, service.adminToken), new Api(service, ann.token)];
    const made = await user.fetch("/v1/rooms", { method: "POST", body: JSON.stringify({ name: "Tea" }) });
    const room = ((await made.json()) as { room_id: string }).room_id;
    await ann.join(room);
    const begun = await user.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST");
    await user.ended(String(begun.body["job_id"]));

    const { body: homeserver } = await admin.json("/v1/homeserver");
    expect(homeserver["software"]).to.match(/^Synapse \d+\.\d+/);
    expect(homeserver["spec_versions"]).to.include("v1.12");
    expect(homeserver).to.have.nested.property("room_versions.default");
    expect(homeserver["room_versions"]).to.deep.nested.include({ "available[0].stability": "stable" });
    expect(homeserver).to.deep.include({ admin_api: null, redaction: "dated", media: true, problems: [] });

    const { body: storage } = await admin.json("/v1/storage");
    const own = (storage["users"] as JsonObject[]).find(({ owner }) => owner === ann.userId);
    expect(own).to.include({ bundles: 1 });
    expect(own?.["bytes"]).to.be.greaterThan(500);

    const { body } = await admin.json("/v1/metrics");
    const names = (body["metrics"] as JsonObject[]).map(({ name }) => name);
    expect(names).to.include.members([
      "roomporter_jobs",
      "roomporter_homeserver_calls_total",
      "nodejs_heap_size_used_bytes",
    ]);

    for (const path of ["/v1/homeserver", "/v1/storage", "/v1/metrics"])
      expect(await user.json(path), path).to.have.property("status", 403);
    const all = await admin.json(`/v1/jobs?requester=${encodeURIComponent(ann.userId)}&kind=export&state=succeeded`);
    expect((all.body["jobs"] as JsonObject[]).map(({ job_id: id }) => id)).to.deep.equal([begun.body["job_id"]]);
    expect((await user.json(`/v1/jobs?requester=${encodeURIComponent(service.userId)}`)).status).to.equal(403);
  });
});
