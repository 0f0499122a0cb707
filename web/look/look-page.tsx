import { proxy } from "comlink";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { t } from "../texts/texts.ts";
import { Bar } from "../ui/bar.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { Notice } from "../ui/notice.tsx";
import { withSentence } from "../ui/sentence.tsx";
import { CollectionRooms } from "./collection-rooms.tsx";
import { takeFiles } from "./hand-over.ts";
import type { DecryptedRoom } from "./keys/decrypt-room.ts";
import { DecryptedNotice } from "./keys/decrypted-notice.tsx";
import { SealedNotice } from "./keys/sealed-notice.tsx";
import type { CollectionLook, RoomLook } from "./reader/shapes.ts";
import { isNewEnough, startReader } from "./reader/start-reader.ts";
import { RoomView } from "./room-view.tsx";
import { SaveRoom } from "./save-room.tsx";

type Step =
  | { name: "choose"; fault?: ReactNode }
  | { name: "reading"; what: string }
  | { name: "collection" }
  /** `bundle`: gives its file; `number`: its place in the collection; `decrypted`: it was made readable here */
  | { name: "room"; room: RoomLook; bundle: () => Promise<File>; number?: number; decrypted?: DecryptedRoom };

/** Read a bundle, or the rooms of a collection, from a file; the service is not asked for anything. */
export default function LookPage(): ReactNode {
  const [reader] = useState(() => (isNewEnough() ? startReader() : undefined));
  const [step, setStep] = useState<Step>({ name: "choose" });
  const [collection, setCollection] = useState<CollectionLook | undefined>();
  const [percent, setPercent] = useState(0);
  const turn = useRef(0);

  /** Only what was asked for last is shown. */
  const read = useCallback(
    async (what: string, act: (onProgress: (part: number) => void) => Promise<Step>, or: Step): Promise<void> => {
      const mine = ++turn.current;
      setPercent(0);
      setStep({ name: "reading", what });
      const onProgress = proxy((part: number) => {
        if (mine === turn.current) setPercent(Math.floor(part * 100));
      });
      const next = await act(onProgress).catch((error: unknown) => {
        const fault = withSentence((sentence) => t.fault(what, sentence), error);
        return or.name === "choose" ? { ...or, fault } : { name: "choose" as const, fault };
      });
      if (mine === turn.current) setStep(next);
    },
    [],
  );
  const open = useCallback(
    (file: File): void => {
      if (!reader) return;
      setCollection(undefined);
      const act = async (onProgress: (part: number) => void): Promise<Step> => {
        const opened = await reader.open(file, onProgress);
        if (opened.kind === "room") return { name: "room", room: opened.room, bundle: () => Promise.resolve(file) };
        setCollection(opened.collection);
        return { name: "collection" };
      };
      void read(file.name, act, { name: "choose" });
    },
    [reader, read],
  );
  const openRoom = (number: number, name: string): void => {
    if (!reader) return;
    const act = async (onProgress: (part: number) => void): Promise<Step> => ({
      name: "room",
      room: await reader.openRoom(number, onProgress),
      bundle: async () => new File([await reader.bundle(number)], `${name}.zip`),
      number,
    });
    void read(name, act, { name: "collection" });
  };
  const openDecrypted = (decrypted: DecryptedRoom, { bundle, number }: Step & { name: "room" }): void => {
    if (!reader) return;
    const { file } = decrypted;
    const act = async (onProgress: (part: number) => void): Promise<Step> => ({
      ...{ name: "room", room: await reader.openAside(file, onProgress), bundle, decrypted },
      ...(number !== undefined && { number }),
    });
    void read(file.name, act, { name: "choose" });
  };
  useEffect(() => takeFiles(open), [open]);

  if (!reader) return <Notice kind="error">{t.look.tooOld}</Notice>;
  if (step.name === "room")
    return (
      <RoomView
        key={turn.current}
        room={step.room}
        reader={reader}
        percent={percent}
        notice={
          step.decrypted ? (
            <DecryptedNotice room={step.decrypted} />
          ) : step.room.sealed > 0 ? (
            <SealedNotice
              sealed={step.room.sealed}
              bundle={step.bundle}
              onDecrypted={(decrypted) => openDecrypted(decrypted, step)}
            />
          ) : null
        }
      >
        {collection && step.number !== undefined && (
          <>
            <SaveRoom reader={reader} number={step.number} name={step.room.name ?? t.look.unnamed} />
            <Button className="button" onPress={() => setStep({ name: "collection" })}>
              {t.look.toRooms}
            </Button>
          </>
        )}
        <Button className="button" onPress={() => setStep({ name: "choose" })}>
          {t.look.other}
        </Button>
      </RoomView>
    );
  return (
    <>
      <div className="heading">
        <h1>{t.look.heading}</h1>
        <p>{t.look.lead}</p>
      </div>
      <div className="narrow stack">
        {step.name === "choose" && (
          <>
            {step.fault !== undefined && <Notice kind="error">{step.fault}</Notice>}
            <FileDrop
              label={t.look.drop}
              choose={t.look.choose}
              picture="M8 12a4 4 0 0 1 4-4h24a4 4 0 0 1 4 4v18a4 4 0 0 1-4 4H22l-9 7v-7h-1a4 4 0 0 1-4-4Zm8 5h16m-16 8h10"
              accepted={[".zip", "application/zip"]}
              onFile={open}
              onRefused={({ message }) => setStep({ name: "choose", fault: message })}
            />
          </>
        )}
        {step.name === "reading" && (
          <section className="card stack" role="status">
            <p>{t.look.reading(step.what)}</p>
            <Bar label={t.look.reading(step.what)} percent={percent} />
          </section>
        )}
        {step.name === "collection" && collection && (
          <CollectionRooms collection={collection} onRoom={openRoom} onOther={() => setStep({ name: "choose" })} />
        )}
      </div>
    </>
  );
}
