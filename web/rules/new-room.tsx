import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { OpenRoom } from "../jobs/open-room.tsx";
import { ChooseSpace } from "../imports/choose-space.tsx";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Field } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { Reasons } from "../ui/reasons.tsx";
import { sentencesOf } from "../ui/sentence.tsx";
import { bodyOf, EMPTY, faultsOf, type Draft } from "./new-room-body.ts";
import { RoomRules } from "./room-rules.tsx";
import { createRoom, type NewRoomRules } from "./rules-api.ts";

interface Made {
  name: string;
  roomId: string;
  uninvited: readonly string[];
}

/** A form for a new room. What the configuration forbids cannot be chosen, and says why. */
export function NewRoom({ rules, onMade }: { rules: NewRoomRules; onMade: () => void }): ReactNode {
  const { service } = useSession();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<readonly ReactNode[]>([]);
  const [made, setMade] = useState<Made>();
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const faults = faultsOf(draft);

  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailure([]);
    setMade(undefined);
    try {
      const { room_id: roomId, uninvited } = await createRoom(service, bodyOf(draft, rules));
      setMade({ name: draft.name, roomId, uninvited });
      setDraft(EMPTY);
      onMade();
    } catch (error) {
      setFailure(sentencesOf(error));
    }
    setBusy(false);
  };

  return (
    <section className="card" aria-label={t.rules.newHeading}>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2>{t.rules.newHeading}</h2>
        <Field label={t.rules.name} value={draft.name} onChange={(name) => set({ name })} maxLength={255} isRequired />
        <Field label={t.rules.topic} value={draft.topic} onChange={(topic) => set({ topic })} maxLength={4000} />
        <RoomRules draft={draft} rules={rules} fault={faults.roles} onChange={set} />
        <Field
          label={t.rules.inviteMany}
          hint={t.rules.inviteHint}
          value={draft.invite}
          onChange={(invite) => set({ invite })}
          error={faults.invite}
        />
        <ChooseSpace space={draft.workspace} onChange={(workspace) => set({ workspace })} />
        <Reasons heading={t.rules.notMade} sentences={failure} />
        <div className="actions">
          <Button
            type="submit"
            className="button primary"
            isDisabled={busy || draft.name.trim() === "" || Object.keys(faults).length > 0}
          >
            {busy ? t.rules.making : t.rules.make}
          </Button>
        </div>
      </Form>
      {made && (
        <div className="stack after-form">
          <Notice kind="done">
            {t.rules.isMade(made.name)}
            {made.uninvited.length > 0 && <p>{t.rules.uninvited(made.uninvited.join(", "))}</p>}
          </Notice>
          <div className="actions">
            <OpenRoom roomId={made.roomId} />
          </div>
        </div>
      )}
    </section>
  );
}
