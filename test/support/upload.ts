import { Upload, type UploadOptions } from "tus-js-client";
import type { Service } from "./service.ts";

/** Uploads the bytes with tus-js-client; gives the upload's id. @throws DetailedError */
export function upload(
  service: Pick<Service, "url">,
  token: string,
  bytes: Buffer,
  options: Partial<UploadOptions> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = new Upload(bytes, {
      endpoint: `${service.url}/v1/uploads`,
      headers: { authorization: `Bearer ${token}` },
      retryDelays: [0, 100, 500, 500, 500, 1000, 2000, 5000, 5000],
      onError: reject,
      onSuccess: () => resolve(sending.url?.split("/").at(-1) ?? ""),
      ...options,
    });
    sending.start();
  });
}
