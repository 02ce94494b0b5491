import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { callWebhook } from '#network/call-webhook';
import type { Transport } from '#network/transport';

const call = { event: 'message', id: 'call-1', body: '{"note":"ä"}' };
const never = new AbortController().signal;
const url = 'http://127.0.0.1:9000/hearth?key=1';

function answering(status: number) {
  const asked: { request: Request; body: string }[] = [];
  const transport: Transport = async (request) => {
    asked.push({ request, body: await request.text() });
    return new Response(status === 204 ? null : 'x', {
      status,
      headers: { location: 'https://elsewhere.example/' },
    });
  };
  return { asked, transport };
}

it('posts, and signs with the secret', async () => {
  const { asked, transport } = answering(204);
  const secret = 'a long and secret text';
  await callWebhook({ transport, url, secret }, call, never);
  const [{ request, body } = { request: new Request(url), body: '' }] = asked;
  expect([request.method, request.url, body]).toEqual(['POST', url, call.body]);
  expect(Object.fromEntries(request.headers)).toMatchObject({
    'content-type': 'application/json',
    'x-hearth-event': 'message',
    'x-hearth-id': 'call-1',
    'x-hearth-signature': `sha256=${createHmac('sha256', secret).update(Buffer.from(call.body)).digest('hex')}`,
  });
});

it('signs nothing without a secret', async () => {
  const { asked, transport } = answering(200);
  await callWebhook({ transport, url }, call, never);
  expect(asked[0]?.request.headers.has('x-hearth-signature')).toBe(false);
});

it.each([301, 400, 404, 500])('fails with the answer %s, and goes nowhere else', async (status) => {
  const { asked, transport } = answering(status);
  await expect(callWebhook({ transport, url }, call, never)).rejects.toThrow(
    `127.0.0.1:9000 answered ${status}`,
  );
  expect(asked).toHaveLength(1);
});
