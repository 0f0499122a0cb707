import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { lookInside } from "../look/hand-over.ts";
import { useSession } from "../session/session.ts";
import { bytes } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { Reasons } from "../ui/reasons.tsx";
import { AlreadyImported } from "./already-imported.tsx";
import { UploadProgress } from "./upload/upload-progress.tsx";
import type { Uploading } from "./upload/use-upload.ts";
import type { Attempt } from "./use-attempt.ts";

interface Props {
  file: File;
  title: string;
  upload: Uploading;
  attempt: Attempt;
  /** what is in the file */
  children: ReactNode;
  /** what can be chosen before it is imported */
  choices: ReactNode;
  submit: { label: string; onPress: () => void };
  /** for what was imported before */
  onAgain: () => void;
  onOther: () => void;
}

/** A file that can be imported: what it is, what can be done with it, and how that goes. */
export function ImportCard({
  file,
  title,
  upload,
  attempt,
  children,
  choices,
  submit,
  onAgain,
  onOther,
}: Props): ReactNode {
  const { info } = useSession();
  const tooLarge = file.size > info.upload_size;
  return (
    <section className="card stack" aria-label={file.name}>
      <header>
        <h2>
          <bdi>{title}</bdi>
        </h2>
        <p className="soft">
          <bdi>{file.name}</bdi> · {bytes(file.size)}
        </p>
      </header>
      {children}
      {tooLarge && <Notice kind="error">{t.imports.tooLarge(bytes(info.upload_size))}</Notice>}
      <Reasons heading={t.imports.failed} sentences={attempt.failure} />
      {attempt.earlier && <AlreadyImported earlier={attempt.earlier} onAgain={onAgain} />}
      {upload.state ? (
        <UploadProgress state={upload.state} onCancel={upload.cancel} />
      ) : attempt.isBusy ? (
        <p className="soft" role="status">
          {t.imports.checking}
        </p>
      ) : (
        <>
          {choices}
          <div className="actions">
            {!attempt.earlier && (
              <Button className="button primary" isDisabled={tooLarge} onPress={submit.onPress}>
                {submit.label}
              </Button>
            )}
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
