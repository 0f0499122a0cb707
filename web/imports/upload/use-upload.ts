import { useEffect, useRef, useState } from "react";
import { useSession } from "../../session/session.ts";
import type { Sending } from "./upload-file.ts";

export interface UploadState {
  sent: number;
  total: number;
  /** the connection is broken, and tried again */
  broken: boolean;
}

export interface Uploading {
  /** undefined: nothing is being sent */
  state: UploadState | undefined;
  /** Sends a file, or goes on with it; gives the upload's id. @throws ApiError; AbortError where it was cancelled */
  send: (file: File) => Promise<string>;
  cancel: () => void;
}

/** Sends a file to the service, whatever happens to the connection. The same file goes on where it stopped, also after a reload. */
export function useUpload(): Uploading {
  const { service } = useSession();
  const [state, setState] = useState<UploadState | undefined>();
  const leaving = useRef<AbortController>(undefined);
  // whoever signs out sends nothing any more
  useEffect(() => () => leaving.current?.abort(), []);
  const send = async (file: File): Promise<string> => {
    const controller = new AbortController();
    leaving.current = controller;
    setState({ sent: 0, total: file.size, broken: false });
    try {
      const { fingerprintOf, uploadFile } = await import("./upload-file.ts");
      const fingerprint = fingerprintOf(file);
      const begun = (await service.uploads()).find(({ metadata }) => metadata["fingerprint"] === fingerprint);
      const sending: Sending = {
        file,
        token: () => service.token,
        begun: begun?.upload_id,
        onProgress: (sent, total) => setState({ sent, total, broken: false }),
        onBroken: () => setState((now) => now && { ...now, broken: true }),
        signal: controller.signal,
      };
      return await uploadFile(sending);
    } catch (error) {
      service.tellOf(error);
      throw error;
    } finally {
      setState(undefined);
    }
  };
  return { state, send, cancel: () => leaving.current?.abort() };
}
