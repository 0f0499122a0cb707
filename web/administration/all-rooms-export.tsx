import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Field } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { exportAllRooms } from "./admin-api.ts";

/** Asks for the export of all rooms, or of those of one user. */
export function AllRoomsExport({ onBegun }: { onBegun: (job: Job) => void }): ReactNode {
  const { service } = useSession();
  const [userId, setUserId] = useState("");
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState<{ kind: "done" | "error"; text: ReactNode }>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    try {
      onBegun(await exportAllRooms(service, userId.trim()));
      setMessage({ kind: "done", text: t.admin.jobs.begun });
    } catch (error) {
      setMessage({ kind: "error", text: sentenceOf(error) });
    }
    setBusy(false);
  };
  return (
    <section className="card" aria-label={t.jobs.gdpr}>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2>{t.jobs.gdpr}</h2>
        <p className="soft">{t.admin.jobs.allRoomsLead}</p>
        <Field
          label={t.admin.jobs.ofUser}
          hint={t.admin.jobs.ofUserHint}
          placeholder={t.rules.inviteExample}
          value={userId}
          onChange={setUserId}
        />
        {message && <Notice kind={message.kind}>{message.text}</Notice>}
        <div className="actions">
          <Button type="submit" className="button primary" isDisabled={busy}>
            {userId.trim() === "" ? t.admin.jobs.exportAll : t.admin.jobs.exportTheirs}
          </Button>
        </div>
      </Form>
    </section>
  );
}
