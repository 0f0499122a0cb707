/** Something that a check of the configuration found at a key. */
export interface Finding {
  /** of the key in the file that was checked */
  path: readonly PropertyKey[];
  message: string;
  /** true: the service starts all the same */
  warning?: boolean;
}
