import { lazy, Suspense, useCallback, useEffect, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { JobCard } from "../jobs/job-card.tsx";
import { useJobs } from "../jobs/jobs.tsx";
import type { Job } from "../service/shapes.ts";
import { t } from "../texts/texts.ts";
import { Bar } from "../ui/bar.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { Notice } from "../ui/notice.tsx";
import { withSentence } from "../ui/sentence.tsx";
import { takeImports } from "./hand-over.ts";
import { ImportBundle } from "./import-bundle.tsx";
import type { BundleLook } from "./reader/bundle-look.ts";

type Step =
  | { name: "choose"; fault?: ReactNode }
  | { name: "reading"; file: File; percent: number }
  | { name: "look"; file: File; look: BundleLook }
  | { name: "collection"; file: File }
  | { name: "convert"; file: File; fault: unknown }
  | { name: "begun"; jobs: Job[] };

/** What the reader says of a file that is no bundle at all: another program may have made it. */
const NO_BUNDLE: readonly string[] = ["zip_unreadable", "manifest_missing", "format_unknown"];

/** "Local file header signature" (APPNOTE 4.3.7). */
const ZIP_BEGINS = "PK\x03\x04";

const ConvertFile = lazy(async () => ({ default: (await import("./convert/convert-file.tsx")).ConvertFile }));

const ImportCollection = lazy(async () => ({
  default: (await import("./import-collection.tsx")).ImportCollection,
}));

/** Drop a bundle, see what it is, import it, follow that. */
export function ImportPage(): ReactNode {
  const { byId, took } = useJobs();
  const [step, setStep] = useState<Step>({ name: "choose" });

  const read = useCallback(async (file: File): Promise<void> => {
    setStep({ name: "reading", file, percent: 0 });
    try {
      const { readBundle } = await import("./reader/read-bundle.ts");
      let shown = 0;
      const look = await readBundle(file, (part) => {
        const percent = Math.floor(part * 100);
        if (percent !== shown) setStep({ name: "reading", file, percent });
        shown = percent;
      });
      setStep({ name: "look", file, look });
    } catch (error) {
      const code = codeOf(error);
      if (code === "collection") setStep({ name: "collection", file });
      else if (NO_BUNDLE.includes(code) && !(await isCutZip(file, code)))
        setStep({ name: "convert", file, fault: error });
      else setStep({ name: "choose", fault: withSentence((sentence) => t.fault(file.name, sentence), error) });
    }
  }, []);
  useEffect(() => takeImports((file) => void read(file)), [read]);

  return (
    <>
      <div className="heading">
        <h1>{t.imports.heading}</h1>
        <p>{t.imports.lead}</p>
      </div>
      <div className="narrow stack">
        {step.name === "choose" && (
          <>
            {step.fault !== undefined && <Notice kind="error">{step.fault}</Notice>}
            <FileDrop
              label={t.imports.drop}
              choose={t.imports.choose}
              hint={t.imports.dropHint}
              picture="M24 31V9m0 0-8 8m8-8 8 8M8 31v6a3 3 0 0 0 3 3h26a3 3 0 0 0 3-3v-6"
              onFile={(file) => void read(file)}
              onRefused={({ message }) => setStep({ name: "choose", fault: message })}
            />
          </>
        )}
        {step.name === "reading" && (
          <section className="card stack" role="status">
            <p>{t.imports.reading(step.file.name)}</p>
            <Bar label={t.imports.reading(step.file.name)} percent={step.percent} />
          </section>
        )}
        {step.name === "look" && (
          <ImportBundle
            file={step.file}
            look={step.look}
            onOther={() => setStep({ name: "choose" })}
            onBegun={(job) => {
              took(job);
              setStep({ name: "begun", jobs: [job] });
            }}
          />
        )}
        {step.name === "collection" && (
          <Suspense fallback={<p role="status">{t.loading}</p>}>
            <ImportCollection
              key={step.file.name}
              file={step.file}
              onOther={() => setStep({ name: "choose" })}
              onBegun={(job) => {
                took(job);
                setStep({ name: "begun", jobs: [job] });
              }}
            />
          </Suspense>
        )}
        {step.name === "convert" && (
          <Suspense fallback={<p role="status">{t.loading}</p>}>
            <ConvertFile
              key={step.file.name}
              file={step.file}
              fault={step.fault}
              onOther={() => setStep({ name: "choose" })}
              onBegun={(jobs) => {
                for (const job of jobs) took(job);
                setStep({ name: "begun", jobs });
              }}
            />
          </Suspense>
        )}
        {step.name === "begun" && (
          <>
            {step.jobs.map((job) => (
              <JobCard key={job.job_id} job={byId(job.job_id) ?? job} />
            ))}
            <div className="actions">
              <Button className="button" onPress={() => setStep({ name: "choose" })}>
                {t.imports.another}
              </Button>
            </div>
          </>
        )}
      </div>
    </>
  );
}

/** Of a fault of a bundle; the reader is loaded only when it is needed, and so is its class. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** It begins as a ZIP, and cannot be opened as one: its end is missing, and no program could read it. */
async function isCutZip(file: File, code: string): Promise<boolean> {
  if (code !== "zip_unreadable") return false;
  return (await file.slice(0, ZIP_BEGINS.length).text()) === ZIP_BEGINS;
}
