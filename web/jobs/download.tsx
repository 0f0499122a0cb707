import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { lookInside } from "../look/hand-over.ts";
import type { ExportFormat } from "../service/service.ts";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { FormatSelect } from "../ui/format-select.tsx";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import type { SavedBundle } from "./save-bundle.ts";

type State =
  { kind: "idle" } | { kind: "busy" } | { kind: "saved"; saved: SavedBundle } | { kind: "failed"; sentence: ReactNode };

interface Props {
  job: Job;
  /** of the bundle's file */
  name: string;
  /** to be chosen from, for what is called so; absent: the bundle alone */
  formats?: string;
  /** what is chosen at first */
  format?: ExportFormat;
}

const ENDINGS: Readonly<Record<ExportFormat, string>> = {
  bundle: ".zip",
  page: ".html",
  text: ".txt",
  markdown: ".md",
  csv: ".csv",
};

/** What an export has made into the browser's downloads, and its hash. */
export function Download({ job, name, formats, format: first = "bundle" }: Props): ReactNode {
  const { service, widget } = useSession();
  const [format, setFormat] = useState(first);
  const [state, setState] = useState<State>({ kind: "idle" });
  const save = async (): Promise<void> => {
    setState({ kind: "busy" });
    const fileName = name.replace(/\.zip$/, "") + ENDINGS[format];
    try {
      const { saveBundle } = await import("./save-bundle.ts");
      const saved = await saveBundle(await service.bundle(job.job_id, format), fileName);
      setState({ kind: "saved", saved });
    } catch (error) {
      setState({ kind: "failed", sentence: sentenceOf(error) });
    }
  };
  return (
    <>
      {formats !== undefined && <FormatSelect label={t.exports.saveAs(formats)} value={format} onChange={setFormat} />}
      <Button className="button primary" isDisabled={state.kind === "busy"} onPress={() => void save()}>
        {state.kind === "busy" ? t.jobs.downloading : t.jobs.download}
      </Button>
      {state.kind === "saved" && (
        <>
          {!widget && state.saved.file.name.endsWith(".zip") && (
            <Button className="button" onPress={() => lookInside(state.saved.file)}>
              {t.look.inside}
            </Button>
          )}
          <Notice kind="done">
            {t.jobs.saved} <code>{state.saved.hash}</code>
          </Notice>
        </>
      )}
      {state.kind === "failed" && <Notice kind="error">{state.sentence}</Notice>}
    </>
  );
}
