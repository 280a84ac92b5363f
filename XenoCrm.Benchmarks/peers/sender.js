// Hands pending rows to the vendor, 500 in a signed request, four requests at a time. What a crash cuts off is sent again under the
// same ids, and the vendor takes an id once.
import { randomUUID } from 'node:crypto';
import { sign } from './signature.js';

const batch = 500;
const atOnce = 4;

export class Sender {
  #store; #secret; #url; #callback; #agent; #request; #running = false; #last = 0;

  constructor(store, secret, vendor, callback, agent, request) {
    this.#store = store;
    this.#secret = secret;
    this.#url = new URL('/vendor/send', vendor);
    this.#callback = callback;
    this.#agent = agent;
    this.#request = request;
  }

  start() {
    if (!this.#running) {
      this.#running = true;
      Promise.all(Array.from({ length: atOnce }, () => this.#work())).finally(() => (this.#running = false));
    }
  }

  async #work() {
    const next = this.#store.prepare('SELECT seq, id, recipient, message FROM log WHERE handed = 0 AND seq > ? ORDER BY seq LIMIT ?');
    const accept = this.#store.prepare('UPDATE log SET handed = 1, vendor_message_id = ? WHERE id = ?');
    for (;;) {
      const rows = next.all(this.#last, batch);
      if (rows.length === 0) {
        return;
      }

      this.#last = rows.at(-1).seq;
      const body = JSON.stringify({
        callbackUrl: this.#callback,
        messages: rows.map(({ id, recipient, message }) => ({ id, recipient, text: message })),
      });
      const { accepted } = await this.#post(body);
      this.#store.transaction(() => {
        for (const { id, vendorMessageId } of accepted) {
          accept.run(vendorMessageId, id);
        }
      })();
    }
  }

  async #post(body) {
    for (let pause = 100; ; pause = Math.min(2 * pause, 10_000)) {
      try {
        return await this.#tryPost(body);
      } catch {
        await new Promise(resolve => setTimeout(resolve, pause));
      }
    }
  }

  #tryPost(body) {
    const id = randomUUID();
    const timestamp = Math.floor(Date.now() / 1000).toString();
    return new Promise((resolve, reject) => {
      const post = this.#request(this.#url, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': sign(this.#secret, id, timestamp, body),
        },
      }, answer => {
        const parts = [];
        answer.on('data', part => parts.push(part)).on('error', reject).on('end', () => answer.statusCode === 200
          ? resolve(JSON.parse(Buffer.concat(parts)))
          : reject(new Error(`the vendor answered ${answer.statusCode}`)));
      });
      post.on('error', reject).end(body);
    });
  }
}
