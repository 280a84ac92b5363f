// Brings receipts from the stream to the log: a consumer group, one transaction a read, acknowledged after the commit. What another
// worker left is taken over.
import Redis from 'ioredis';
import { open, failed, sent } from './store.js';

const { REDIS, STREAM, STORE } = process.env;
const [host, port] = REDIS.split(':');
const redis = new Redis({ host, port: Number(port), enableAutoPipelining: true });
const store = open(STORE);
const group = 'workers';
const me = `worker-${process.pid}`;
const entriesAtOnce = 16;
const visibility = 15_000;

// A row rises and never falls: the same receipt again changes nothing.
const raise = store.prepare(
  `UPDATE log SET status = @status, reason = @reason, vendor_message_id = coalesce(vendor_message_id, @vendorMessageId), handed = 1
   WHERE id = @id AND status < @status`);

await redis.xgroup('CREATE', STREAM, group, '0', 'MKSTREAM').catch(error => {
  if (!error.message.startsWith('BUSYGROUP')) {
    throw error;
  }
});

const apply = store.transaction(entries => {
  for (const [, fields] of entries) {
    for (const { id, vendorMessageId, status, reason } of JSON.parse(fields[fields.indexOf('body') + 1])) {
      const isSent = status === 'SENT';
      raise.run({ id, vendorMessageId, status: isSent ? sent : failed, reason: isSent ? null : reason ?? null });
    }
  }
});

let looked = 0;
for (;;) {
  if (Date.now() - looked > visibility) {
    looked = Date.now();
    const [, left] = await redis.xautoclaim(STREAM, group, me, visibility, '0-0', 'COUNT', entriesAtOnce);
    await take(left.filter(([, fields]) => fields));
  }

  const read = await redis.xreadgroup('GROUP', group, me, 'COUNT', entriesAtOnce, 'BLOCK', 200, 'STREAMS', STREAM, '>');
  await take(read?.[0][1] ?? []);
}

async function take(entries) {
  if (entries.length > 0) {
    apply(entries);
    await redis.xack(STREAM, group, ...entries.map(([id]) => id));
  }
}
