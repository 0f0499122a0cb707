import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import type { Step } from "../../decrypt/shapes.ts";
import { useSessionIfAny } from "../../session/session.ts";
import { t } from "../../texts/texts.ts";
import { Bar } from "../../ui/bar.tsx";
import { Notice } from "../../ui/notice.tsx";
import { sentenceOf } from "../../ui/sentence.tsx";
import { decryptRoom, isCancelled, type DecryptedRoom } from "./decrypt-room.ts";
import { KeyForm, type EarlierChoice, type KeyChoice } from "./key-form.tsx";

interface Props {
  /** gives the bundle */
  bundle: () => Promise<File>;
  onDecrypted: (room: DecryptedRoom) => void;
  onCancel: () => void;
}

interface Progress {
  step: Step;
  /** 0 to 100; null: nobody knows */
  percent: number | null;
}

/** Asks for keys, and decrypts a bundle with them. */
export default function ReadWithKeys({ bundle, onDecrypted, onCancel }: Props): ReactNode {
  const session = useSessionIfAny();
  const [progress, setProgress] = useState<Progress>();
  const [failure, setFailure] = useState<ReactNode>();
  const [earlier, setEarlier] = useState<EarlierChoice>();
  const running = useRef<AbortController>(undefined);
  // whoever leaves the page ends it
  useEffect(() => () => running.current?.abort(), []);

  const read = async (choice: KeyChoice): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setFailure(undefined);
    setEarlier({
      ...{ kind: choice.kind, withFiles: choice.withFiles },
      ...(choice.kind === "file" && { file: choice.file }),
    });
    setProgress({ step: "keys", percent: null });
    const onStep = (step: Step, part: number): void =>
      setProgress({ step, percent: step === "keys" ? null : Math.floor(part * 100) });
    try {
      onDecrypted(await decryptRoom(await bundle(), choice, session, onStep, controller.signal));
    } catch (error) {
      if (!isCancelled(error)) setFailure(sentenceOf(error));
      setProgress(undefined);
    }
  };

  const words = { keys: t.keys.opening, decrypting: t.keys.decrypting, writing: t.keys.writing };
  return (
    <section className="card stack narrow" aria-labelledby="read-with-keys">
      <header>
        <h2 id="read-with-keys">{t.keys.begin}</h2>
        <p className="soft">{t.keys.promise}</p>
      </header>
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      {progress ? (
        <>
          <p role="status">{words[progress.step]}</p>
          <Bar label={words[progress.step]} percent={progress.percent} />
          <div className="actions">
            <Button className="button" onPress={() => running.current?.abort()}>
              {t.keys.cancel}
            </Button>
          </div>
        </>
      ) : (
        <KeyForm
          earlier={earlier}
          isSignedIn={session !== null}
          onSubmit={(choice) => void read(choice)}
          onCancel={onCancel}
        />
      )}
    </section>
  );
}
