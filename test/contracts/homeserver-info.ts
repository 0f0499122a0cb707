import { expect } from "chai";
import type { AskHomeserver } from "../../src/ports/homeserver/homeserver-info.ts";

/** Of one homeserver, asked by a service without an admin token, with one that is of use, and with one that is not. */
export interface InfoSubject {
  without: AskHomeserver;
  useful: AskHomeserver;
  useless: AskHomeserver;
}

/** What every AskHomeserver does. */
export function homeserverInfoContract(subjectOf: () => Promise<InfoSubject>): void {
  it("tells its versions and those of its rooms, the one of new rooms among them", async () => {
    const info = await (await subjectOf()).without();
    expect(info.spec_versions).not.to.be.empty;
    for (const version of info.spec_versions) expect(version).to.match(/^(?:v1\.\d+|r0\.\d+\.\d+)$/);
    const available = new Map(info.room_versions.available.map(({ version, stability }) => [version, stability]));
    expect(available.get(info.room_versions.default ?? "")).to.equal("stable");
    expect(info.software).to.match(/\S \S/);
  });

  it("tells whether the admin API can be used", async () => {
    const { without, useful, useless } = await subjectOf();
    expect((await without()).admin_api).to.deep.equal({ configured: false, fault: null });
    expect((await useful()).admin_api).to.deep.equal({ configured: true, fault: null });
    const { configured, fault } = (await useless()).admin_api;
    expect(configured).to.equal(true);
    expect(fault).to.be.a("string").and.not.equal("");
  });
}
