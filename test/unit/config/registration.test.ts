import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { checkConfig } from "../../../src/config/check.ts";
import { ConfigError } from "../../../src/config/problem.ts";
import { createRegistration, loadRegistration, writeRegistration } from "../../../src/config/registration.ts";

describe("the registration", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-registration-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function problems(act: () => Promise<unknown>): Promise<string> {
    const error: unknown = await act().catch((thrown: unknown) => thrown);
    return error instanceof ConfigError ? error.message : "";
  }

  it("has random tokens and no namespace but its own user", () => {
    const [one, other] = [createRegistration("http://x:1", "a.b"), createRegistration("http://x:1", "a.b")];
    const tokens = new Set([one.as_token, one.hs_token, other.as_token, other.hs_token]);
    expect(tokens.size).to.equal(4);
    expect(one).to.deep.include({
      id: "roomporter",
      url: "http://x:1",
      sender_localpart: "roomporter",
      rate_limited: false,
    });
    expect(one.namespaces).to.deep.equal({ users: [{ regex: "@roomporter:a\\.b", exclusive: true }] });
  });

  it("is written for its owner alone, never over another one, and can be read again", async () => {
    const path = join(folder, "new.yaml");
    const registration = createRegistration("http://127.0.0.1:9820", "example.org");
    await writeRegistration(path, registration);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    const { id, url, as_token, hs_token, sender_localpart } = registration;
    expect(await loadRegistration(path)).to.deep.equal({ id, url, as_token, hs_token, sender_localpart });
    expect(load(await readFile(path, "utf8"))).to.deep.equal(registration);

    expect(await problems(() => writeRegistration(path, createRegistration("http://y", "y")))).to.include(
      "exists already",
    );
    expect(load(await readFile(path, "utf8"))).to.deep.equal(registration);

    await chmod(path, 0o644);
    const other = createRegistration("http://y", "y");
    await writeRegistration(path, other, { force: true });
    expect(load(await readFile(path, "utf8"))).to.deep.equal(other);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
  });

  it("is refused where it is the sample", async () => {
    const found = await problems(() => loadRegistration(resolve("registration.yaml")));
    expect(found.split("\n")).to.have.length(2);
    expect(found).to.match(/registration\.yaml:\d+: as_token: is the sample's placeholder/);
    expect(found).to.match(/registration\.yaml:\d+: hs_token: is the sample's placeholder/);
  });

  it("is refused with equal or short tokens, without a URL, with a bad localpart, and never quotes a token", async () => {
    const path = join(folder, "bad.yaml");
    await writeFile(
      path,
      `id: roomporter
url: null
as_token: same-token-0123456789
hs_token: same-token-0123456789
sender_localpart: "@room porter"
`,
    );
    const found = await problems(() => loadRegistration(path));
    expect(found)
      .to.match(/bad\.yaml:2: url: /)
      .and.to.match(/bad\.yaml:5: sender_localpart: /);
    expect(found).not.to.include("0123456789");
    await writeFile(
      path,
      "id: a\nurl: http://x\nas_token: same-token-0123456789\nhs_token: same-token-0123456789\nsender_localpart: a\n",
    );
    expect(await problems(() => loadRegistration(path))).to.equal(`${path}:4: hs_token: is the same as as_token`);
    await writeFile(
      path,
      "id: a\nurl: http://x\nas_token: short\nhs_token: same-token-0123456789\nsender_localpart: a\n",
    );
    expect(await problems(() => loadRegistration(path))).to.match(/:3: as_token: expected at least 16/);
  });

  it("is checked together with the config that names it", async () => {
    const config = join(folder, "config.yaml");
    const yaml = `homeserver: {url: "http://x", server_name: x}
registration: reg.yaml
listeners: [{port: 0, resources: [appservice]}]
storage: {type: disk, path: ., min_free: 0}
`;
    await writeFile(config, yaml);
    expect(await problems(() => checkConfig(config, { environment: {} }))).to.equal(
      `${join(folder, "reg.yaml")}: there is no such file: make it with \`roomporter registration\``,
    );
    await writeRegistration(join(folder, "reg.yaml"), createRegistration("http://x", "x"));
    expect(await checkConfig(config, { environment: {} })).to.deep.equal({ warnings: [], facts: [] });
  });
});
