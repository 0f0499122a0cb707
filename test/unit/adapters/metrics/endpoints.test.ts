import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { path } from "../../../../src/adapters/homeserver/client.ts";
import { endpointOf } from "../../../../src/adapters/homeserver/endpoints.ts";

const folder = new URL("../../../../src/adapters/homeserver/", import.meta.url);

describe("the endpoints of the metrics", () => {
  it("are known for every call in the code", () => {
    const addresses = readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => {
      if (name === "endpoints.ts" || !name.endsWith(".ts")) return [];
      const code = readFileSync(new URL(name, folder), "utf8");
      const below = [...code.matchAll(/path(V1)?`(\/[^`\n]+)`/g)].map(
        ([, first, rest = ""]) => `/_matrix/client/${first ? "v1" : "v3"}${rest}`,
      );
      const whole = [...code.matchAll(/["`](\/_matrix(?:\/[^"`\n/]+){3,})["`]/g)].map(([, address = ""]) => address);
      return [...below, ...whole].map((address) => address.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "x"));
    });
    expect(addresses).to.have.length.greaterThan(20);
    const unknown = addresses.filter((address) => address !== "/_matrix/client/v3" && endpointOf(address) === "other");
    expect(unknown).to.deep.equal([]);
  });

  it("name the same pattern whatever the ids are, also where one is empty or has a slash in it", () => {
    const state = "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}";
    expect(endpointOf(path`/rooms/${"!a:b"}/state/${"m.room.create"}/${""}`)).to.equal(state);
    expect(endpointOf(path`/rooms/${"!a/b:c"}/state/${"x/y"}/${"/"}` + "?user_id=%40a%3Ab")).to.equal(state);
  });
});
