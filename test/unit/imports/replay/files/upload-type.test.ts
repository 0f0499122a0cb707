import { expect } from "chai";
import { mediaTypeOf } from "../../../../../src/imports/replay/files/upload-type.ts";
import { png } from "../../../../support/pictures.ts";

async function typeOf(declared: string, bytes: Buffer | string, chunk = 7): Promise<string> {
  const all = Buffer.from(bytes);
  async function* chunks(): AsyncGenerator<Buffer, void, undefined> {
    for (let at = 0; at < all.length; at += chunk) yield Promise.resolve(all.subarray(at, at + chunk));
  }
  return mediaTypeOf(declared, chunks());
}

describe("the media type of an upload", () => {
  const gif = Buffer.from("GIF89a\x01\x00\x01\x00\x00\x00\x00;", "latin1");

  it("is the declared one where the bytes bear it out, or are not known", async () => {
    expect(await typeOf("image/gif", gif)).to.equal("image/gif");
    expect(await typeOf("image/png", "pixels of some unknown kind")).to.equal("image/png");
    expect(await typeOf("image/png", "")).to.equal("image/png");
    expect(await typeOf("audio/ogg", Buffer.from("OggS\0\x02" + "\0".repeat(60), "latin1"))).to.equal("audio/ogg");
  });

  it("is the true one of a picture that is declared as another", async () => {
    expect(await typeOf("image/jpeg", png(1, [1, 2, 3]))).to.equal("image/png");
    expect(await typeOf("video/mp4", gif)).to.equal("image/gif");
  });

  it("is none for what only calls itself something to be shown", async () => {
    const utf16 = Buffer.from("\ufeff<html>", "utf16le");
    for (const bytes of ["<html><script>1</script>", "\ufeff\n <svg xmlns='x'/>", "<?xml version='1.0'?><svg/>", utf16])
      for (const declared of ["image/png", "IMAGE/PNG", "video/mp4", "audio/mpeg"])
        expect(await typeOf(declared, bytes)).to.equal("application/octet-stream");
    expect(await typeOf("image/png", "%PDF-1.7\n%\xe2\xe3")).to.equal("application/octet-stream");
  });

  it("is the declared one of what is only downloaded", async () => {
    for (const declared of ["text/html", "image/svg+xml", "application/pdf", "application/x-anything"])
      expect(await typeOf(declared, "<svg/>")).to.equal(declared);
  });
});
