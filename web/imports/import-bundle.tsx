import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { lookInside } from "../look/hand-over.ts";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { bytes } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Check } from "../ui/check.tsx";
import { Notice } from "../ui/notice.tsx";
import { Reasons } from "../ui/reasons.tsx";
import { sentencesOf } from "../ui/sentence.tsx";
import { AlreadyImported } from "./already-imported.tsx";
import { BundleFacts } from "./bundle-facts.tsx";
import { ChooseSpace } from "./choose-space.tsx";
import type { BundleLook } from "./reader/bundle-look.ts";
import { UploadProgress } from "./upload/upload-progress.tsx";
import { useUpload } from "./upload/use-upload.ts";

interface Props {
  file: File;
  look: BundleLook;
  onOther: () => void;
  onBegun: (job: Job) => void;
}

/** What the bundle is, where it shall go, and the sending of it. */
export function ImportBundle({ file, look, onOther, onBegun }: Props): ReactNode {
  const { service, info } = useSession();
  const [space, setSpace] = useState("");
  const upload = useUpload();
  const [isChecked, setChecked] = useState(false);
  const [isPlaintext, setPlaintext] = useState(false);
  const [failure, setFailure] = useState<readonly ReactNode[]>([]);
  const tooLarge = file.size > info.upload_size;

  const send = async (): Promise<void> => {
    setFailure([]);
    try {
      const uploadId = await upload.send(file);
      setChecked(true);
      onBegun(await service.importFrom({ upload_id: uploadId }, space, isPlaintext));
    } catch (error) {
      setChecked(false);
      if (!isAbort(error)) setFailure(sentencesOf(error));
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
      <AlreadyImported file={file} />
      {tooLarge && <Notice kind="error">{t.imports.tooLarge(bytes(info.upload_size))}</Notice>}
      <Reasons heading={t.imports.failed} sentences={failure} />
      {upload.state ? (
        <UploadProgress state={upload.state} onCancel={upload.cancel} />
      ) : isChecked ? (
        <p className="soft" role="status">
          {t.imports.checking}
        </p>
      ) : (
        <>
          <ChooseSpace space={space} onChange={setSpace} />
          {look.head.decryption && (
            <Check hint={t.keys.plaintextHint} isSelected={isPlaintext} onChange={setPlaintext}>
              {t.keys.plaintext}
            </Check>
          )}
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
      )}
    </section>
  );
}

/** Did somebody cancel it? */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
