import type { ReactNode } from "react";
import { Button, DropZone, FileTrigger, Text } from "react-aria-components";
import { t } from "../texts/texts.ts";

/** Where a bundle is dropped, or chosen. */
export function DropFile({ onFile }: { onFile: (file: File) => void }): ReactNode {
  return (
    <DropZone
      className="drop"
      onDrop={({ items }) => {
        const file = items.find((item) => item.kind === "file");
        if (file) void file.getFile().then(onFile);
      }}
    >
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <path d="M8 12a4 4 0 0 1 4-4h24a4 4 0 0 1 4 4v18a4 4 0 0 1-4 4H22l-9 7v-7h-1a4 4 0 0 1-4-4Zm8 5h16m-16 8h10" />
      </svg>
      <Text slot="label">{t.look.drop}</Text>
      <FileTrigger
        acceptedFileTypes={[".zip", "application/zip"]}
        onSelect={(files) => {
          const [file] = files ?? [];
          if (file) onFile(file);
        }}
      >
        <Button className="button primary">{t.look.choose}</Button>
      </FileTrigger>
    </DropZone>
  );
}
