// The delivery log, which is the outbox too: a row is stored before it is sent, and its key lets nobody have two.
import Database from 'better-sqlite3';

export const pending = 0;
export const failed = 1;
export const sent = 2;

export function open(file) {
  const store = new Database(file);
  store.pragma('journal_mode = WAL');
  store.pragma('synchronous = FULL');
  store.pragma('busy_timeout = 10000');
  store.pragma('wal_autocheckpoint = 10000');
  store.exec(`
    CREATE TABLE IF NOT EXISTS customers (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS campaigns (id INTEGER PRIMARY KEY, status TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS log (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, campaign INTEGER NOT NULL, customer TEXT NOT NULL, recipient TEXT NOT NULL,
      message TEXT NOT NULL, status INTEGER NOT NULL, vendor_message_id TEXT, reason TEXT, handed INTEGER NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS log_by_recipient ON log (customer, campaign);
    CREATE INDEX IF NOT EXISTS log_by_status ON log (campaign, status);
    CREATE INDEX IF NOT EXISTS log_to_send ON log (seq) WHERE handed = 0;
  `);
  return store;
}
