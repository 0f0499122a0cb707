import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { HomeserverClient } from "../../../../src/adapters/homeserver/client.ts";
import { HomeserverMediaSource } from "../../../../src/adapters/homeserver/media/media-source.ts";
import { HomeserverMediaTarget } from "../../../../src/adapters/homeserver/media/media-target.ts";
import { FileUnavailable, HomeserverError, UnexpectedAnswer } from "../../../../src/ports/homeserver/homeserver.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";
import { turns, until } from "../../../support/until.ts";
import { halfOf, ScriptedHomeserver, type Answer } from "./scripted-homeserver.ts";

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const FILE = Buffer.alloc(300_000, "roomporter");
const whole: Answer = (response) => {
  response.writeHead(200, { "content-type": "image/png; charset=x", "content-length": FILE.length }).end(FILE);
};
/** Promises the whole file, and breaks off after some of it. */
const broken: Answer = (response) => {
  response.writeHead(200, { "content-type": "image/png", "content-length": FILE.length });
  response.write(FILE.subarray(0, 100_000), () => void turns().then(() => response.destroy()));
};

describe("files of the homeserver", () => {
  let homeserver: ScriptedHomeserver;
  const signal = new AbortController().signal;
  const client = async (...answers: Answer[]): Promise<HomeserverClient> => {
    homeserver = await ScriptedHomeserver.start(...answers);
    return new HomeserverClient({
      url: homeserver.url,
      accessToken: "token",
      logger,
      patienceMs: 3000,
      timer: new VirtualTime(),
    });
  };
  afterEach(async () => {
    await homeserver.close();
  });

  describe("downloaded", () => {
    const source = async (...answers: Answer[]): Promise<HomeserverMediaSource> =>
      new HomeserverMediaSource(await client(...answers), "here");
    const statusOf = async (download: Promise<unknown>): Promise<number> => {
      const failure: unknown = await download.catch((error: unknown) => error);
      if (!(failure instanceof HomeserverError)) throw new Error("no HomeserverError");
      return failure.status;
    };

    it("come with their type, by the authenticated address", async () => {
      const { body, mimetype } = await (await source(whole)).download("mxc://here/abc", signal);
      expect(mimetype).to.equal("image/png");
      expect((await buffer(body)).equals(FILE)).to.equal(true);
      expect(homeserver.requests[0]?.url).to.equal("/_matrix/client/v1/media/download/here/abc/file?timeout_ms=20000");
      expect(homeserver.requests[0]?.headers.authorization).to.equal("Bearer token");
    });

    it("come whatever control characters are in their name, which Dendrite puts into a header", async () => {
      const named: Answer = (response) => {
        const own = homeserver.requests.at(-1)?.url.split("?")[0]?.endsWith("/abc") === true;
        const disposition = `Content-Disposition: inline; filename=${own ? "a\0b" : "file"}`;
        response.socket?.end(`HTTP/1.1 200 OK\r\n${disposition}\r\nContent-Length: 4\r\n\r\nabcd`);
      };
      const { body } = await (await source(named)).download("mxc://here/abc", signal);
      expect((await buffer(body)).toString()).to.equal("abcd");
    });

    it("go on where a connection broke", async () => {
      const { body } = await (await source(broken, { status: 503 }, broken, whole)).download("mxc://here/abc", signal);
      expect((await buffer(body)).equals(FILE)).to.equal(true);
      expect(homeserver.requests).to.have.length(4);
    });

    it("that break off each time without more are given up after a few attempts", async () => {
      const { body } = await (await source(broken)).download("mxc://here/abc", signal);
      expect(await buffer(body).catch((error: unknown) => error)).to.be.instanceOf(FileUnavailable);
      // the first one was to come in one piece, of which nothing is kept
      expect(homeserver.requests).to.have.length(4);
    });

    for (const answer of [{ status: 504 }, "reset"] as const)
      it(`that are not given are given up where the homeserver answers otherwise (${JSON.stringify(answer)})`, async () => {
        const there: Answer = { status: 200, body: `{"user_id":"@ann:here"}` };
        const made = await source(answer, answer, there, answer, there, answer);
        const failure: unknown = await made.download("mxc://here/abc", signal).catch((error: unknown) => error);
        expect(failure).to.be.instanceOf(FileUnavailable);
        expect(homeserver.requests).to.have.length(5);
      });

    it("are waited for where the homeserver has only just come back", async () => {
      const away: Answer = { status: 503 };
      const there: Answer = { status: 200, body: `{"user_id":"@ann:here"}` };
      const { body } = await (await source(away, away, there, whole)).download("mxc://here/abc", signal);
      expect((await buffer(body)).equals(FILE)).to.equal(true);
    });

    it("are not asked for by a malformed address", async () => {
      const made = await source(whole);
      for (const uri of ["mxc://../../x", "mxc://here/a/b", "https://here/abc", "mxc://here/"])
        expect(await statusOf(made.download(uri, signal))).to.equal(400);
      expect(homeserver.requests).to.have.length(0);
    });

    it("of another server are given up after a few attempts, of this one after all patience", async () => {
      expect(await statusOf((await source({ status: 502, body: "{}" })).download("mxc://there/abc", signal))).to.equal(
        502,
      );
      expect(homeserver.requests).to.have.length(3);
      await homeserver.close();
      expect(await statusOf((await source({ status: 502, body: "{}" })).download("mxc://here/abc", signal))).to.equal(
        502,
      );
      expect(homeserver.requests).to.have.length.greaterThan(3);
    });

    it("that were announced but never uploaded are given up at once", async () => {
      const answer = { status: 504, body: `{"errcode":"M_NOT_YET_UPLOADED"}` };
      expect(await statusOf((await source(answer)).download("mxc://here/abc", signal))).to.equal(504);
      expect(homeserver.requests).to.have.length(1);
    });

    describe("by an address that does not serve them (M_UNRECOGNIZED)", () => {
      const unserved: Answer = { status: 404, body: `{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}` };
      const endpoint = "GET /_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}";
      const failureOf = async (uri: string, ...answers: Answer[]): Promise<unknown> =>
        (await source(...answers)).download(uri, signal).catch((error: unknown) => error);

      for (const uri of ["mxc://here/abc", "mxc://there/abc"])
        it(`fail at once, and name the endpoint (${uri})`, async () => {
          expect(await failureOf(uri, unserved))
            .to.be.instanceOf(UnexpectedAnswer)
            .and.include({ endpoint });
          expect(homeserver.requests).to.have.length(uri.includes("there") ? 2 : 1);
        });

      it("are only one file's matter where another server has said it", async () => {
        const unknown: Answer = { status: 404, body: `{"errcode":"M_NOT_FOUND"}` };
        expect(await failureOf("mxc://there/abc", unserved, unknown)).to.be.instanceOf(FileUnavailable);
        expect(homeserver.requests[1]?.url).to.match(
          /^\/_matrix\/client\/v1\/media\/download\/here\/[0-9a-f-]{36}\/\w+/,
        );
      });
    });

    it("are fetched from where a redirect leads, there without the token", async () => {
      const elsewhere = await ScriptedHomeserver.start(whole);
      const redirect = { status: 307, headers: { location: `${elsewhere.url}/stored` } };
      const { body } = await (await source(redirect)).download("mxc://here/abc", signal);
      expect((await buffer(body)).equals(FILE)).to.equal(true);
      expect(elsewhere.requests[0]?.headers).not.to.have.property("authorization");
      await elsewhere.close();
    });

    it("stop with the signal", async () => {
      const abort = new AbortController();
      const { body } = await (await source(broken, "never")).download("mxc://here/abc", abort.signal);
      void until(() => homeserver.requests.length === 2).then(() => abort.abort(new Error("enough")));
      expect(await buffer(body).catch((error: unknown) => error)).to.have.property("message", "enough");
    });
  });

  describe("uploaded", () => {
    const limit = (bytes: number): Answer => ({ status: 200, body: `{"m.upload.size":${bytes}}` });
    const done: Answer = { status: 200, body: `{"content_uri":"mxc://here/new"}` };

    it("are sent with their length, and anew where it went wrong", async () => {
      const target = new HomeserverMediaTarget(await client(limit(1e6), "reset", { status: 503 }, halfOf(200), done));
      let opened = 0;
      const open = (): Promise<Readable> => {
        opened++;
        return Promise.resolve(Readable.from([FILE.subarray(0, 1000), FILE.subarray(1000)]));
      };
      expect(await target.upload(open, FILE.length, "image/png", "ä\u0000\n.png")).to.equal("mxc://here/new");
      expect(opened).to.equal(4);
      const [, , , , upload] = homeserver.requests;
      expect(upload?.url).to.equal("/_matrix/media/v3/upload?filename=%C3%A4++.png");
      expect(upload?.headers).to.include({ "content-length": String(FILE.length), "content-type": "image/png" });
      expect(upload?.headers).not.to.have.property("transfer-encoding");
      expect(upload?.body).to.equal(FILE.toString());
    });

    it("fail at once where the address does not serve uploads", async () => {
      const unserved: Answer = { status: 404, body: `{"errcode":"M_UNRECOGNIZED"}` };
      const target = new HomeserverMediaTarget(await client(unserved));
      const open = (): Promise<Readable> => Promise.resolve(Readable.from([FILE]));
      const failure: unknown = await target.upload(open, FILE.length, "image/png").catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(UnexpectedAnswer).and.include({ endpoint: "POST /_matrix/media/v3/upload" });
      // the limit, and the file
      expect(homeserver.requests).to.have.length(2);
    });

    it("are not sent where they are too large", async () => {
      const target = new HomeserverMediaTarget(await client(limit(1000), done));
      const open = (): Promise<Readable> => Promise.reject(new Error("opened"));
      const failure: unknown = await target.upload(open, 1001, "image/png").catch((error: unknown) => error);
      expect(failure).to.include({ status: 413, errcode: "M_TOO_LARGE" });
    });
  });
});
