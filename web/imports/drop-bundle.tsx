import type { ReactNode } from "react";
import { Button, DropZone, FileTrigger, Text } from "react-aria-components";
import { t } from "../texts/texts.ts";

/** Where a bundle is dropped, or chosen. */
export function DropBundle({ onFile }: { onFile: (file: File) => void }): ReactNode {
  return (
    <DropZone
      className="drop"
      onDrop={({ items }) => {
        for (const item of items)
          if (item.kind === "file") {
            void item.getFile().then(onFile);
            return;
          }
      }}
    >
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <path d="M24 31V9m0 0-8 8m8-8 8 8M8 31v6a3 3 0 0 0 3 3h26a3 3 0 0 0 3-3v-6" />
      </svg>
      <Text slot="label">{t.imports.drop}</Text>
      <FileTrigger
        onSelect={(files) => {
          const [file] = files ?? [];
          if (file) onFile(file);
        }}
      >
        <Button className="button primary">{t.imports.choose}</Button>
      </FileTrigger>
      <span className="hint">{t.imports.dropHint}</span>
    </DropZone>
  );
}
