import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components";
import { JobCard } from "../jobs/job-card.tsx";
import { useJobs } from "../jobs/jobs.tsx";
import { messageOf } from "../service/api-error.ts";
import type { Job } from "../service/shapes.ts";
import { t } from "../texts/texts.ts";
import { Bar } from "../ui/bar.tsx";
import { Notice } from "../ui/notice.tsx";
import { DropBundle } from "./drop-bundle.tsx";
import { ImportBundle } from "./import-bundle.tsx";
import type { BundleLook } from "./reader/bundle-look.ts";

type Step =
  | { name: "choose"; fault?: string }
  | { name: "reading"; file: File; percent: number }
  | { name: "look"; file: File; look: BundleLook }
  | { name: "begun"; job: Job };

/** Drop a bundle, see what it is, import it, follow that. */
export function ImportPage(): ReactNode {
  const { byId, took } = useJobs();
  const [step, setStep] = useState<Step>({ name: "choose" });

  const read = async (file: File): Promise<void> => {
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
      setStep({ name: "choose", fault: `${file.name}: ${messageOf(error)}` });
    }
  };

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
            <DropBundle onFile={(file) => void read(file)} />
          </>
        )}
        {step.name === "reading" && (
          <section className="card stack" role="status">
            <p>
              <bdi>{t.imports.reading(step.file.name)}</bdi>
            </p>
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
              setStep({ name: "begun", job });
            }}
          />
        )}
        {step.name === "begun" && (
          <>
            <JobCard job={byId(step.job.job_id) ?? step.job} />
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
