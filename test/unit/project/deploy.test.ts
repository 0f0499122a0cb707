import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { loadConfig } from "../../../src/config/load.ts";
import { member, stringMember } from "../../../src/matrix/json.ts";

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

describe("deploy/", () => {
  it("has a compose file whose configuration the service takes", async () => {
    const compose = load(read("deploy/compose.yaml"));
    const config = stringMember(member(member(compose, "configs"), "roomporter"), "content") ?? "";
    const folder = mkdtempSync(join(tmpdir(), "deploy-"));
    try {
      const file = join(folder, "config.yaml");
      writeFileSync(file, config.replaceAll("${SERVER_NAME:-localhost}", "example.org"));
      const loaded = await loadConfig(file, {});
      expect(loaded.registration).to.equal("/var/lib/roomporter/registration.yaml");
      expect(loaded.listeners[0]).to.include({ port: 9820, bind_address: "0.0.0.0" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has an image with an exchangeable base, without root, with a health check", () => {
    const image = read("deploy/Dockerfile");
    expect(image.match(/^FROM .*$/gm)).to.deep.equal(["FROM ${BASE_IMAGE} AS package", "FROM ${BASE_IMAGE}"]);
    expect(image).to.match(/^USER 991:991$/m);
    expect(image).to.match(/^HEALTHCHECK /m);
    expect(image).to.match(/^ENTRYPOINT \["roomporter"\]$/m);
  });
});
