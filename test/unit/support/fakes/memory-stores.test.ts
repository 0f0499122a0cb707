import { auditLogContract } from "../../../contracts/audit-log.ts";
import { botMemoryContract } from "../../../contracts/bot-memory.ts";
import { importJournalContract } from "../../../contracts/import-journal.ts";
import { inboxContract } from "../../../contracts/inbox.ts";
import { indexLogContract } from "../../../contracts/index-log.ts";
import { jobStoreContract } from "../../../contracts/job-store.ts";
import { policyStoreContract } from "../../../contracts/policy-store.ts";
import { signingKeysContract } from "../../../contracts/signing-keys.ts";
import type { OpenedStores, OpenStores } from "../../../contracts/stores.ts";
import { memoryStores, toldAuditLog } from "../../../support/fakes/memory-stores.ts";

/** Whoever opens them again finds the same ones: they last as long as the process. */
const open: OpenStores = async (clock) => {
  const memory = memoryStores(clock);
  const database = await memory.database();
  const stores: OpenedStores = {
    ...memory,
    database,
    reopen: () => Promise.resolve(stores),
    close: () => database.close(),
  };
  return stores;
};

describe("stores in memory", () => {
  describe("as job store", () => jobStoreContract(open));
  describe("as import journal", () => importJournalContract(open));
  describe("as inbox", () => inboxContract(open));
  describe("as log of the feed for indexers", () => indexLogContract(open, false));
  describe("as the bot's memory", () => botMemoryContract(open));
  describe("as record of rooms that were made", () => policyStoreContract(open));
  describe("as audit log", () => auditLogContract(open));
  describe("as audit log that keeps what it was told", () =>
    auditLogContract(async (clock) => {
      const stores = await open(clock);
      return { ...stores, audit: toldAuditLog(stores.audit) };
    }));
  describe("for the signing keys", () => signingKeysContract(open));
});
