import { ApiError } from "../service/api-error.ts";
import { JOB, type Job } from "../service/shapes.ts";

export interface Sending {
  bundle: File;
  /** room id of a space; empty: none */
  workspace: string;
  token: string;
  /** told how many bytes are on their way, of how many */
  onProgress: (sent: number, total: number) => void;
  signal: AbortSignal;
}

/** Sends a bundle (`POST /v1/rooms/import`) and gives the job that imports it. @throws ApiError; DOMException where it was aborted */
export function sendBundle({ bundle, workspace, token, onProgress, signal }: Sending): Promise<Job> {
  const form = new FormData();
  if (workspace !== "") form.append("workspace_id", workspace);
  form.append("bundle", bundle);
  // fetch does not tell how much has been sent
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => request.abort());
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 300) resolve(JOB.parse(body));
      else reject(ApiError.of(request.status, body));
    };
    request.onerror = () => reject(new ApiError(0, "NO_ANSWER", location.origin));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    request.open("POST", "/v1/rooms/import");
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.send(form);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
