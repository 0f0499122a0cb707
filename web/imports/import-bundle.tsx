import { useState, type ReactNode } from "react";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Check } from "../ui/check.tsx";
import { BundleFacts } from "./bundle-facts.tsx";
import { ChooseSpace } from "./choose-space.tsx";
import { ImportCard } from "./import-card.tsx";
import type { BundleLook } from "./reader/bundle-look.ts";
import { useUpload } from "./upload/use-upload.ts";
import { useAttempt } from "./use-attempt.ts";

interface Props {
  file: File;
  look: BundleLook;
  onOther: () => void;
  onBegun: (job: Job) => void;
}

/** What the bundle is, where it shall go, and the sending of it. */
export function ImportBundle({ file, look, onOther, onBegun }: Props): ReactNode {
  const { service } = useSession();
  const [space, setSpace] = useState("");
  const [asPlaintext, setPlaintext] = useState(false);
  const upload = useUpload();
  const attempt = useAttempt();
  const { name, topic } = look.head.room;

  // what was sent whole is there, and is not sent again
  const send = (again: boolean): Promise<void> =>
    attempt.run(async () => {
      const uploadId = await upload.send(file);
      onBegun(await service.importFrom({ upload_id: uploadId }, { space, asPlaintext, again }));
    });

  return (
    <ImportCard
      file={file}
      title={name ?? t.imports.unnamed}
      upload={upload}
      attempt={attempt}
      choices={
        <>
          <ChooseSpace space={space} onChange={setSpace} />
          {look.head.decryption && (
            <Check hint={t.keys.plaintextHint} isSelected={asPlaintext} onChange={setPlaintext}>
              {t.keys.plaintext}
            </Check>
          )}
        </>
      }
      submit={{ label: t.imports.submit, onPress: () => void send(false) }}
      onAgain={() => void send(true)}
      onOther={onOther}
    >
      {topic !== null && topic !== "" && (
        <p>
          <bdi>{topic}</bdi>
        </p>
      )}
      <BundleFacts look={look} />
    </ImportCard>
  );
}
