import { useCallback, useId, useRef, useState, type ReactNode } from "react";
import { Button } from "react-aria-components";
import { lookInside } from "../look/hand-over.ts";
import { sentencesOf } from "../rooms/start-exports.ts";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { bytes } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Bar } from "../ui/bar.tsx";
import { Notice } from "../ui/notice.tsx";
import { useLoad } from "../ui/use-load.ts";
import { BundleFacts } from "./bundle-facts.tsx";
import type { BundleLook } from "./reader/bundle-look.ts";
import { sendBundle } from "./send-bundle.ts";

interface Props {
  file: File;
  look: BundleLook;
  onOther: () => void;
  onBegun: (job: Job) => void;
}

/** What the bundle is, where it shall go, and the sending of it. */
export function ImportBundle({ file, look, onOther, onBegun }: Props): ReactNode {
  const { service, info } = useSession();
  const spaces = useLoad(useCallback(() => service.workspaces(), [service]));
  const [workspace, setWorkspace] = useState("");
  const [sent, setSent] = useState<{ done: number; total: number } | undefined>();
  const [failure, setFailure] = useState<readonly string[]>([]);
  const leaving = useRef<AbortController>(undefined);
  const workspaceId = useId();
  const tooLarge = file.size > info.upload_size;

  const send = async (): Promise<void> => {
    setFailure([]);
    setSent({ done: 0, total: file.size });
    leaving.current = new AbortController();
    const { signal } = leaving.current;
    try {
      const onProgress = (done: number, total: number): void => setSent({ done, total });
      onBegun(await sendBundle({ bundle: file, workspace, token: service.token, onProgress, signal }));
    } catch (error) {
      service.tellOf(error);
      setSent(undefined);
      if (!signal.aborted) setFailure(sentencesOf(error));
    }
  };

  return (
    <section className="card stack" aria-label={file.name}>
      <header>
        <h2>
          <bdi>{look.head.room.name ?? t.imports.unnamed}</bdi>
        </h2>
        <p className="soft">
          <bdi>{file.name}</bdi> · {bytes(file.size)}
        </p>
      </header>
      {look.head.room.topic !== null && look.head.room.topic !== "" && (
        <p>
          <bdi>{look.head.room.topic}</bdi>
        </p>
      )}
      <BundleFacts look={look} />
      {tooLarge && <Notice kind="error">{t.imports.tooLarge(bytes(info.upload_size))}</Notice>}
      {failure.length > 0 && (
        <Notice kind="error" heading={t.imports.failed}>
          {failure.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Notice>
      )}
      {sent === undefined ? (
        <>
          <div className="field">
            <label htmlFor={workspaceId}>{t.imports.workspace}</label>
            <select id={workspaceId} value={workspace} onChange={(event) => setWorkspace(event.target.value)}>
              <option value="">{t.imports.noWorkspace}</option>
              {spaces.value?.map(({ room_id: roomId, name, slug }) => (
                <option key={roomId} value={roomId}>
                  {name ?? slug ?? roomId}
                </option>
              ))}
            </select>
          </div>
          <div className="actions">
            <Button className="button primary" isDisabled={tooLarge} onPress={() => void send()}>
              {t.imports.submit}
            </Button>
            <Button className="button" onPress={() => lookInside(file)}>
              {t.look.inside}
            </Button>
            <Button className="button" onPress={onOther}>
              {t.imports.other}
            </Button>
          </div>
        </>
      ) : (
        <>
          <Bar label={t.imports.sending} percent={sent.total === 0 ? null : (sent.done / sent.total) * 100} />
          <div className="actions">
            <Button className="button" onPress={() => leaving.current?.abort()}>
              {t.imports.cancel}
            </Button>
            <span className="soft" role="status">
              {sent.done < sent.total ? t.imports.sent(bytes(sent.done), bytes(sent.total)) : t.imports.checking}
            </span>
          </div>
        </>
      )}
    </section>
  );
}
