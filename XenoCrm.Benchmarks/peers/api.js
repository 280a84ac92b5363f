// Receives receipts, launches campaigns and sends them: one process, as Node has one thread.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import Fastify from 'fastify';
import Redis from 'ioredis';
import { Agent, request } from 'node:http';
import { Sender } from './sender.js';
import { isSigned } from './signature.js';
import { open, pending, failed, sent } from './store.js';

const { PORT, REDIS, STREAM, STORE, SECRET, VENDOR } = process.env;
const [host, port] = REDIS.split(':');
const redis = new Redis({ host, port: Number(port), enableAutoPipelining: true });
const app = Fastify({ logger: false, bodyLimit: 1024 * 1024 });
const rowsInTransaction = 2000;

// The signature is over the very bytes.
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body));

app.get('/health', async () => ({ status: 'healthy' }));

app.post('/vendor/receipt', async (req, reply) => {
  if (!isSigned(SECRET, req.headers, req.body)) {
    return reply.code(401).send({ title: 'The signature is wrong.' });
  }

  const receipts = read(req.body);
  if (!receipts) {
    return reply.code(400).send({ title: 'One receipt or an array of receipts was expected.' });
  }

  // Answered once Redis has it on disk.
  await redis.xadd(STREAM, '*', 'body', JSON.stringify(receipts));
  return { ok: true, accepted: receipts.length, rejected: 0 };
});

let store;
let sender;
const db = () => (store ??= open(STORE));

app.post('/customers', async req => {
  const count = Number(req.query.count);
  const insert = db().prepare('INSERT INTO customers VALUES (?, ?, ?)');
  for (let from = 0; from < count; from += rowsInTransaction) {
    db().transaction(() => {
      for (let i = from; i < Math.min(from + rowsInTransaction, count); i++) {
        insert.run(`c${i}`, `Customer ${i}`, `c${i}@example.com`);
      }
    })();
  }

  return { count };
});

app.post('/campaigns', async () => {
  const { lastInsertRowid: campaign } = db().prepare("INSERT INTO campaigns (status) VALUES ('preparing')").run();
  const insert = db().prepare(
    'INSERT INTO log (id, campaign, customer, recipient, message, status, handed) VALUES (?, ?, ?, ?, ?, 0, 0)');
  const next = db().prepare('SELECT id, name, email FROM customers WHERE id > ? ORDER BY id LIMIT ?');
  let audience = 0;
  for (let rows = next.all('', rowsInTransaction); rows.length > 0; rows = next.all(rows.at(-1).id, rowsInTransaction)) {
    db().transaction(() => {
      for (const row of rows) {
        insert.run(randomUUID(), campaign, row.id, row.email, `Hi ${row.name.split(' ')[0] || 'there'}, it is time.`);
      }
    })();
    audience += rows.length;
    await new Promise(setImmediate);
  }

  db().prepare("UPDATE campaigns SET status = 'sending' WHERE id = ?").run(campaign);
  send();
  return { id: campaign, audience };
});

app.get('/campaigns/:id', async req => {
  const count = db().prepare('SELECT count(*) FROM log WHERE campaign = ? AND status = ?').pluck();
  const of = status => count.get(req.params.id, status);
  return { pending: of(pending), sent: of(sent), failed: of(failed) };
});

if (existsSync(STORE)) {
  // What a crash cut off: a launch that nobody was told of goes, and what is left to send is sent.
  db().exec("DELETE FROM log WHERE campaign IN (SELECT id FROM campaigns WHERE status = 'preparing')");
  db().exec("DELETE FROM campaigns WHERE status = 'preparing'");
  send();
}

await app.listen({ port: Number(PORT), host: '127.0.0.1' });

function send() {
  sender ??= new Sender(db(), SECRET, VENDOR, `http://127.0.0.1:${PORT}/vendor/receipt`, new Agent({ keepAlive: true }), request);
  sender.start();
}

function read(body) {
  try {
    const parsed = JSON.parse(body);
    const receipts = Array.isArray(parsed) ? parsed : [parsed];
    return receipts.every(one => one?.id && one.vendorMessageId && (one.status === 'SENT' || one.status === 'FAILED'))
      ? receipts.map(({ id, vendorMessageId, status, reason }) => ({ id, vendorMessageId, status, reason }))
      : null;
  } catch {
    return null;
  }
}
