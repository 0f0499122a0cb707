import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { isUnderWay, useJobs } from "../../jobs/jobs.tsx";
import { CONVERSION_REPORT } from "../../jobs/reports.ts";
import type { ConversionChoice } from "../../service/service.ts";
import type { Job } from "../../service/shapes.ts";
import { useSession } from "../../session/session.ts";
import { bytes } from "../../texts/format.ts";
import { t } from "../../texts/texts.ts";
import { Notice } from "../../ui/notice.tsx";
import { Reasons } from "../../ui/reasons.tsx";
import { English, sentencesOf, withSentence } from "../../ui/sentence.tsx";
import { isAbort } from "../use-attempt.ts";
import { UploadProgress } from "../upload/upload-progress.tsx";
import { useUpload } from "../upload/use-upload.ts";
import { ConversationList } from "./conversation-list.tsx";
import { Converted, Converting, type Chosen } from "./converted.tsx";
import { MissingOption } from "./missing-option.tsx";
import { LOOKED } from "./reports.ts";
import { TrustImported } from "./trust-imported.tsx";

interface Props {
  file: File;
  /** why it is no bundle */
  fault: unknown;
  onOther: () => void;
  onBegun: (jobs: Job[]) => void;
}

/** Another program's export: sent, looked into, converted, and imported. */
export function ConvertFile({ file, fault, onOther, onBegun }: Props): ReactNode {
  const { service, info } = useSession();
  const { byId, took } = useJobs();
  const upload = useUpload();
  const [uploadId, setUploadId] = useState("");
  const [given, setGiven] = useState<ConversionChoice>({});
  const [first, setFirst] = useState<Job | undefined>();
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const [failure, setFailure] = useState<readonly ReactNode[]>([]);
  const looked = first && (byId(first.job_id) ?? first);
  const found = LOOKED.safeParse(looked?.report).data;
  const [need] = found?.needs ?? [];
  const tooLarge = file.size > info.upload_size;

  const attempt = (act: () => Promise<void>): void => {
    setFailure([]);
    act().catch((error: unknown) => {
      if (!isAbort(error)) setFailure(sentencesOf(error));
    });
  };
  const begin = async (choice: ConversionChoice, id = uploadId): Promise<Job> => {
    const job = await service.convert(id, choice);
    took(job);
    return job;
  };
  const send = async (): Promise<void> => {
    const id = await upload.send(file);
    setUploadId(id);
    setFirst(await begin({}, id));
  };
  const give = async (choice: ConversionChoice): Promise<void> => {
    const all = { ...given, ...choice };
    setGiven(all);
    setFirst(await begin(all));
  };
  const choose = async (names: readonly string[]): Promise<void> => {
    const begun: Chosen[] = [];
    for (const name of names) {
      try {
        begun.push({ name, job: await begin({ ...given, channel: name }), refusal: [] });
      } catch (error) {
        begun.push({ name, job: undefined, refusal: sentencesOf(error) });
      }
    }
    setChosen(begun);
  };
  const onImported = (jobs: Job[]): void => {
    // it would go by itself, a day later
    service.deleteUpload(uploadId).catch(() => undefined);
    onBegun(jobs);
  };
  const isDone = looked?.state === "succeeded" && found === undefined;

  return (
    <section className="card stack" aria-label={file.name}>
      <header>
        <h2>
          <bdi>{file.name}</bdi>
        </h2>
        <p className="soft">
          {found === undefined
            ? bytes(file.size)
            : `${t.conversions.from(t.conversions.program(found.program))} · ${bytes(file.size)}`}
        </p>
      </header>
      {tooLarge && <Notice kind="error">{t.imports.tooLarge(bytes(info.upload_size))}</Notice>}
      <Reasons heading={t.imports.failed} sentences={failure} />
      {looked === undefined && !upload.state && (
        <>
          <p>{t.conversions.ask}</p>
          <p className="hint">{withSentence(t.conversions.asBundle, fault)}</p>
          <div className="actions">
            <Button className="button primary" isDisabled={tooLarge} onPress={() => attempt(send)}>
              {t.conversions.send}
            </Button>
            <Button className="button" onPress={onOther}>
              {t.imports.other}
            </Button>
          </div>
        </>
      )}
      {upload.state && <UploadProgress state={upload.state} onCancel={upload.cancel} />}
      {looked && isUnderWay(looked) && <Converting job={looked} />}
      {looked?.error && (
        <Notice kind="error" heading={t.conversions.failed}>
          <English>{looked.error.error}</English>
        </Notice>
      )}
      {found && chosen.length === 0 && (need === "time_zone" || need === "date_order") && (
        <MissingOption
          key={need}
          need={need}
          looked={found}
          onGiven={(value) => attempt(() => give({ [need]: value }))}
        />
      )}
      {found && chosen.length === 0 && need === "channel" && (
        <ConversationList looked={found} onChosen={(names) => attempt(() => choose(names))} />
      )}
      {isDone && <Converted chosen={[{ name: undefined, job: looked, refusal: [] }]} onImported={onImported} />}
      {isDone && isDoubtful(looked) && (
        <TrustImported onGiven={(user) => attempt(() => give({ trust_imported: [user] }))} />
      )}
      {chosen.length > 0 && <Converted chosen={chosen} onImported={onImported} />}
      {looked !== undefined && !isUnderWay(looked) && (
        <div className="actions">
          <Button className="button" onPress={onOther}>
            {t.imports.other}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Does it name authors whom nobody was asked to believe? */
function isDoubtful({ report }: Job): boolean {
  return CONVERSION_REPORT.safeParse(report).data?.ledger.some(({ code }) => code === "authors_not_trusted") ?? false;
}
