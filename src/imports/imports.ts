import type { PreviewSpaceImport, PreviewSpaceImportFrom } from "./space/preview-space-import.ts";
import type { SpaceImportOptions } from "./space/options.ts";
import type { AdmitImport } from "./admit-import.ts";
import type { StartImportFrom } from "./start-import-from.ts";
import type { UndoImport } from "./undo-import.ts";
import type { StartImport } from "./start-import.ts";

/** All that doors can ask for about imports; their jobs are shown like any other. */
export interface Imports {
  admit: AdmitImport;
  start: StartImport;
  startFrom: StartImportFrom;
  /** of a collection of rooms */
  startSpace: StartImport<SpaceImportOptions>;
  startSpaceFrom: StartImportFrom<SpaceImportOptions>;
  previewSpace: PreviewSpaceImport;
  previewSpaceFrom: PreviewSpaceImportFrom;
  undo: UndoImport;
}
