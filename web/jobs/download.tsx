import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components";
import { messageOf } from "../service/api-error.ts";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";

type State =
  { kind: "idle" } | { kind: "busy" } | { kind: "saved"; hash: string } | { kind: "failed"; message: string };

/** The bundle of an export into the browser's downloads, and its hash. */
export function Download({ job, name }: { job: Job; name: string }): ReactNode {
  const { service } = useSession();
  const [state, setState] = useState<State>({ kind: "idle" });
  const save = async (): Promise<void> => {
    setState({ kind: "busy" });
    try {
      const { saveBundle } = await import("./save-bundle.ts");
      setState({ kind: "saved", hash: await saveBundle(await service.bundle(job.job_id), name) });
    } catch (error) {
      setState({ kind: "failed", message: messageOf(error) });
    }
  };
  return (
    <>
      <Button className="button primary" isDisabled={state.kind === "busy"} onPress={() => void save()}>
        {state.kind === "busy" ? t.jobs.downloading : t.jobs.download}
      </Button>
      {state.kind === "saved" && (
        <Notice kind="done">
          {t.jobs.saved} <code>{state.hash}</code>
        </Notice>
      )}
      {state.kind === "failed" && <Notice kind="error">{state.message}</Notice>}
    </>
  );
}
