import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import type { ByteRange } from "../../../exports/download-bundle.ts";
import { RequestError } from "../../../requests/failures/failure.ts";
import { zip } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";
import { STALLED_MS, zipHeaders } from "../../send-bundle.ts";

/** The bundle that an export job has made; a broken download can go on where it stopped (RFC 9110, "Range Requests"). */
export const downloadBundleRoute = route({
  method: "get",
  path: "/v1/jobs/{jobId}/bundle",
  operationId: "downloadBundle",
  summary: "The bundle that an export job has made",
  headers: { Range: "One range of bytes", "If-Range": "The ETag that the range must belong to, else the whole comes" },
  answers: { 200: zip("The bundle"), 206: zip("The range") },
  fails: [404, 410, 416],
  async handle({ request, response, requester, exports }) {
    const id = pathParameter(request, "jobId");
    const tag = `"${id}"`;
    const head = request.method === "HEAD";
    const { size, fileName, body, range } = await exports.download(id, requester, {
      rangeOf: (bytes) => rangeOf(request, response, bytes, tag),
      head,
    });
    try {
      zipHeaders(response, fileName);
      response.setHeader("Accept-Ranges", "bytes");
      response.setHeader("ETag", tag);
      response.setHeader("Content-Length", range ? range.end - range.start + 1 : size);
      if (range)
        response
          .status(206)
          .setHeader("Content-Range", `bytes ${String(range.start)}-${String(range.end)}/${String(size)}`);
      if (head) {
        response.end();
        return;
      }
      response.setTimeout(STALLED_MS, () => response.destroy());
      await pipeline(body, response);
    } catch (error) {
      // whoever asked is gone
      if (!response.closed) throw error;
    } finally {
      body.destroy();
    }
  },
});

/**
 * One range, or undefined for the whole; several at once, other units and an outdated `If-Range` give the whole.
 * @throws RequestError out_of_range
 */
function rangeOf(request: Request, response: Response, size: number, tag: string): ByteRange | undefined {
  const condition = request.headers["if-range"];
  if (condition !== undefined && condition !== tag) return undefined;
  const ranges = request.range(size);
  if (ranges === -1) {
    response.setHeader("Content-Range", `bytes */${String(size)}`);
    throw new RequestError("out_of_range", "M_INVALID_PARAM", "The bundle has no such range");
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1) return undefined;
  return ranges[0];
}
