/** The free space of the disk where unfinished work goes. */
export interface DiskSpace {
  /**
   * Asked before so many more bytes are written.
   * @throws StorageError "full" where less than the configured reserve would stay free
   */
  require(bytes: number): Promise<void>;
}
