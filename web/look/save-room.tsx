import type { Remote } from "comlink";
import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { saveFile } from "../ui/save-file.ts";
import type { Reader } from "./reader/worker.ts";

interface Props {
  reader: Remote<Reader>;
  /** the room's place in the collection */
  number: number;
  name: string;
}

/** Takes the bundle of one room out of a collection: it can be imported by itself. */
export function SaveRoom({ reader, number, name }: Props): ReactNode {
  const [fault, setFault] = useState<unknown>();
  const save = async (): Promise<void> => {
    try {
      saveFile(await reader.bundle(number), `${name}.zip`);
    } catch (error) {
      setFault(error);
    }
  };
  return (
    <>
      <Button className="button" onPress={() => void save()}>
        {t.look.saveRoom}
      </Button>
      {fault !== undefined && <Notice kind="error">{sentenceOf(fault)}</Notice>}
    </>
  );
}
