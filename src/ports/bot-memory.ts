/** What the bot must still know after a restart. */
export interface BotMemory {
  /** The direct room with that user, where one was made. */
  directRoom(userId: string): Promise<string | undefined>;
  setDirectRoom(userId: string, roomId: string): Promise<void>;
  /** Notes that one is about to be made. Gives true where that was noted before, and none was set since. */
  beginDirectRoom(userId: string): Promise<boolean>;
  /** Was there an invitation of the bot into this room before this one? */
  invitedBefore(roomId: string, eventId: string): Promise<boolean>;
  /** The notice in which a job's progress is shown. */
  jobNotice(jobId: string): Promise<JobNotice | undefined>;
  setJobNotice(jobId: string, notice: JobNotice): Promise<void>;
  /** Ids of the jobs whose notice does not say the end yet. */
  openNotices(): Promise<string[]>;
  /** The notice says the end now: it is not among the open ones any more. */
  removeJobNotice(jobId: string): Promise<void>;
}

export interface JobNotice {
  room_id: string;
  event_id: string;
}
