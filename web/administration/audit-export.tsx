import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { queryText, type Query } from "./admin-api.ts";
import { saveFile } from "../ui/save-file.ts";

/** The ways in which the API gives the log as one file. */
const FILES = [
  { name: "csv", file: "audit.csv", query: { format: "csv" } },
  { name: "spreadsheet", file: "audit-spreadsheet.csv", query: { format: "csv", spreadsheet: "true" } },
  { name: "ndjson", file: "audit.ndjson", query: { format: "ndjson" } },
] as const;

/** Saves everything that matches, however many pages that is. */
export function AuditExport({ query, isDisabled }: { query: Query; isDisabled: boolean }): ReactNode {
  const { service } = useSession();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ReactNode>();
  const save = async ({ file, query: how }: (typeof FILES)[number]): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const answer = await service.fetch(`/v1/audit?${queryText({ ...query, ...how })}`);
      saveFile(await answer.blob(), file);
    } catch (error) {
      setFailure(sentenceOf(error));
    }
    setBusy(false);
  };
  return (
    <>
      <div className="actions">
        {FILES.map((each) => (
          <Button key={each.name} className="button" isDisabled={busy || isDisabled} onPress={() => void save(each)}>
            {t.admin.audit.save[each.name]}
          </Button>
        ))}
      </div>
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
    </>
  );
}
