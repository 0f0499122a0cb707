import { DetailedError, Upload } from "tus-js-client";
import { ApiError } from "../../service/api-error.ts";

export interface Sending {
  file: File;
  /** asked for each piece: a long upload outlives a token of OAuth 2.0 */
  token: () => string;
  /** the id of an upload of the same file that did not come to its end */
  begun: string | undefined;
  /** told how many bytes are there, of how many */
  onProgress: (sent: number, total: number) => void;
  /** told when the connection is broken, and tried again */
  onBroken: () => void;
  signal: AbortSignal;
}

const UPLOADS = "/v1/uploads";
/** One request takes so many bytes: proxies before the service may have a limit. */
const PIECE = 8 * 1024 ** 2;
/** Between tries, in milliseconds; from the beginning again once anything has arrived. */
const DELAYS = [500, 1000, 2000, ...Array.from({ length: 120 }, () => 5000)];
/** Answers that another try does not change: no space. */
const FINAL = [507];

/** What tells one file from another, of those that somebody might drop again. */
export function fingerprintOf({ name, size, lastModified }: File): string {
  return [name, size, lastModified].join("/");
}

/** Sends a file in pieces, over broken connections and restarts of the service; gives the upload's id. @throws ApiError; AbortError */
export function uploadFile({ file, token, begun, onProgress, onBroken, signal }: Sending): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: UPLOADS,
      ...(begun !== undefined && { uploadUrl: `${UPLOADS}/${begun}` }),
      onBeforeRequest: (request) => request.setHeader("Authorization", `Bearer ${token()}`),
      metadata: { filename: file.name, fingerprint: fingerprintOf(file) },
      chunkSize: PIECE,
      retryDelays: DELAYS,
      storeFingerprintForResuming: false,
      onProgress,
      onShouldRetry({ originalResponse }) {
        const status = originalResponse?.getStatus() ?? 0;
        const again = status === 0 || status === 409 || status === 429 || (status >= 500 && !FINAL.includes(status));
        if (again) onBroken();
        return again;
      },
      onError: (error) => reject(apiError(error)),
      onSuccess: () => resolve(upload.url?.split("/").at(-1) ?? ""),
    });
    signal.addEventListener("abort", () => {
      void upload.abort();
      reject(new DOMException("aborted", "AbortError"));
    });
    upload.start();
  });
}

/** The service's own sentence. */
function apiError(error: Error): Error {
  if (!(error instanceof DetailedError)) return error;
  const { originalResponse: response } = error;
  if (!response) return new ApiError(0, "NO_ANSWER", location.origin);
  return ApiError.of(response.getStatus(), parsed(response.getBody()));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
