import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Form } from "react-aria-components/Form";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Field } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { closeRoom, type Closed, type MadeRoom } from "./rules-api.ts";

interface Props {
  room: MadeRoom;
  name: string;
  onClosed: () => void;
}

/** Ends a room for good: only whoever types its name can. */
export function CloseRoom({ room, name, onClosed }: Props): ReactNode {
  const [closed, setClosed] = useState(false);
  return (
    <DialogTrigger onOpenChange={(open) => !open && closed && onClosed()}>
      <Button className="button danger">{t.rules.close}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog" className="card stack">
            {({ close }) => (
              <>
                <Heading slot="title" level={2}>
                  {t.rules.closeHeading(name)}
                </Heading>
                <Closing room={room} name={name} onClosed={() => setClosed(true)} onLeave={close} />
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function Closing({ room, name, onClosed, onLeave }: Props & { onLeave: () => void }): ReactNode {
  const { service } = useSession();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ReactNode>();
  const [result, setResult] = useState<Closed>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      setResult(await closeRoom(service, room.room_id));
      onClosed();
    } catch (error) {
      setFailure(sentenceOf(error));
    }
    setBusy(false);
  };
  if (result)
    return (
      <>
        <Notice kind="done">{result.events === null ? t.rules.stillClosing : t.rules.closed[result.events]}</Notice>
        <div className="actions">
          <Button className="button primary" autoFocus onPress={onLeave}>
            {t.rules.done}
          </Button>
        </div>
      </>
    );
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() === name.trim()) void submit();
      }}
    >
      <p>{t.rules.closeLead}</p>
      <Field label={t.rules.closeName(name)} value={typed} onChange={setTyped} autoFocus autoComplete="off" />
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      <div className="actions">
        <Button type="submit" className="button danger" isDisabled={busy || typed.trim() !== name.trim()}>
          {busy ? t.rules.closing : t.rules.closeSubmit}
        </Button>
        <Button className="button" onPress={onLeave}>
          {t.rules.cancel}
        </Button>
      </div>
    </Form>
  );
}
