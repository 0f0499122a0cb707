import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { DropZone } from "react-aria-components/DropZone";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Text } from "react-aria-components/Text";
import type { DropItem } from "react-aria-components/Tree";
import { PageError } from "../service/api-error.ts";
import { t } from "../texts/texts.ts";

interface Props {
  label: string;
  choose: string;
  hint?: string;
  /** what is drawn above the label, in a square of 48 */
  picture: string;
  /** what the browser offers to choose from */
  accepted?: readonly string[];
  onFile: (file: File) => void;
  /** told why nothing was taken, in words for people */
  onRefused: (reason: PageError) => void;
}

/** Where one file is dropped, or chosen. */
export function FileDrop({ label, choose, hint, picture, accepted, onFile, onRefused }: Props): ReactNode {
  const take = (files: readonly File[]): void => {
    const [file, ...more] = files;
    if (file === undefined) return;
    if (more.length > 0) onRefused(new PageError(t.drop.several));
    else if (file.size === 0) onRefused(new PageError(t.drop.empty(file.name)));
    else onFile(file);
  };
  const drop = async (items: readonly DropItem[]): Promise<void> => {
    const folder = items.find((item) => item.kind === "directory");
    if (folder) onRefused(new PageError(t.drop.folder(folder.name)));
    else take(await Promise.all(items.flatMap((item) => (item.kind === "file" ? [item.getFile()] : []))));
  };
  return (
    <DropZone className="drop" onDrop={({ items }) => void drop(items)}>
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <path d={picture} />
      </svg>
      <Text slot="label">{label}</Text>
      <FileTrigger
        {...(accepted && { acceptedFileTypes: accepted })}
        onSelect={(files) => {
          take([...(files ?? [])]);
        }}
      >
        <Button className="button primary">{choose}</Button>
      </FileTrigger>
      {hint !== undefined && <span className="hint">{hint}</span>}
    </DropZone>
  );
}
