import { expect } from "chai";
import type { HomeserverProbe, ProbeRoom } from "../../src/ports/homeserver/homeserver-probe.ts";

/** Of one homeserver, probed by a service without an admin token, with one that is of use, and with one that is not. */
export interface ProbeSubject {
  without: HomeserverProbe;
  useful: HomeserverProbe;
  useless: HomeserverProbe;
  /** rooms that the service user is in */
  joined(): Promise<string[]>;
}

/** What a probe has told of its room, in order. */
export function toldRoom(): ProbeRoom & { told: string[] } {
  const told: string[] = [];
  return {
    told,
    begin: async () => void told.push("begin"),
    made: async () => void told.push("made"),
    gone: async () => void told.push("gone"),
  };
}

/** What every HomeserverProbe does. */
export function homeserverProbeContract(subjectOf: () => Promise<ProbeSubject>): void {
  const { signal } = new AbortController();

  it("tells the homeserver's versions and those of its rooms, the one of new rooms among them", async () => {
    const identity = await (await subjectOf()).without.identify(signal);
    expect(identity.spec_versions).not.to.be.empty;
    for (const version of identity.spec_versions) expect(version).to.match(/^(?:v1\.\d+|r0\.\d+\.\d+)$/);
    const available = new Map(identity.room_versions.available.map(({ version, stability }) => [version, stability]));
    expect(available.get(identity.room_versions.default ?? "")).to.equal("stable");
    expect(identity.software).to.match(/\S \S/);
  });

  it("tries things out in a room that is left, tells what it found, and of what is missing why", async () => {
    const { without, joined } = await subjectOf();
    const before = await joined();
    const identity = await without.identify(signal);
    const room = toldRoom();
    const { capabilities, complete } = await without.probe(identity, room, signal);
    expect(complete).to.equal(true);
    expect(room.told).to.deep.equal(["begin", "made", "gone"]);
    expect(await joined()).to.deep.equal(before);
    expect(capabilities).to.deep.include({ ...identity, probed_at: null, admin_api: null });
    expect(["dated", "undated"]).to.include(capabilities.redaction);
    for (const name of ["state_event_ids", "dated_events", "dated_state", "media", "forget"] as const)
      expect(capabilities[name], name).to.equal(true);
    for (const [name, value] of Object.entries(capabilities))
      if (value === false) expect(capabilities.reasons[name], name).to.be.a("string").and.not.equal("");
  });

  it("tells whether an admin API takes the token", async () => {
    const { useful, useless } = await subjectOf();
    const identity = await useful.identify(signal);
    const found = await useful.probe(identity, toldRoom(), signal);
    expect(["synapse", "dendrite"]).to.include(found.capabilities.admin_api);
    const { capabilities } = await useless.probe(identity, toldRoom(), signal);
    expect(capabilities.admin_api).to.equal("none");
    expect(capabilities.reasons["admin_api"]).to.be.a("string").and.not.equal("");
  });

  it("finds no room of an interrupted probe where none was left, and does not mind one that is gone", async () => {
    const { without, joined } = await subjectOf();
    const before = await joined();
    await without.cleanUp(null, signal);
    await without.cleanUp("!gone:nowhere.invalid", signal);
    expect(await joined()).to.deep.equal(before);
  });
}
