// Telling a web server of the operator's something by POST. It is signed with a secret that both know, so that it can
// tell us from others (HMAC, RFC 2104, with SHA-256); redirects are not followed, since a signature is for one address.
import { createHmac } from 'node:crypto';
import { discardBody } from '#network/read-body';
import { RemoteError } from '#network/remote-error';
import type { Transport } from '#network/transport';

export interface Webhook {
  readonly transport: Transport;
  readonly url: string;
  /** Nothing is signed without it. */
  readonly secret?: string | undefined;
}

/** Throws RemoteError, also for an answer that is not 2xx. */
export async function callWebhook(
  { transport, url, secret }: Webhook,
  { event, id, body }: { readonly event: string; readonly id: string; readonly body: string },
  signal: AbortSignal,
): Promise<void> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-hearth-event': event,
    'x-hearth-id': id,
    ...(secret === undefined ? {} : { 'x-hearth-signature': `sha256=${hmac(secret, body)}` }),
  };
  const response = await transport(new Request(url, { method: 'POST', headers, body, signal }));
  await discardBody(response);
  if (!response.ok) {
    throw new RemoteError('status', `${new URL(url).host} answered ${response.status}`, response.status);
  }
}

function hmac(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body, 'utf8').digest('hex');
}
