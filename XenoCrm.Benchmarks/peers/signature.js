// Standard Webhooks, as the product has it: base64(HMAC-SHA256(secret, "id.timestamp.body")), and a timestamp within five minutes.
import { createHmac, timingSafeEqual } from 'node:crypto';

const tolerance = 300;

export function sign(secret, id, timestamp, body) {
  return 'v1,' + createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
}

export function isSigned(secret, headers, body) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const given = headers['webhook-signature'];
  if (!id || !timestamp || !given || Math.abs(Date.now() / 1000 - Number(timestamp)) > tolerance) {
    return false;
  }

  const own = Buffer.from(sign(secret, id, timestamp, body));
  return given.split(' ').some(one => one.length === own.length && timingSafeEqual(Buffer.from(one), own));
}
