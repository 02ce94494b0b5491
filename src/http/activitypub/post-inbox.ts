// Inboxes: one for each account, and one that all share (ActivityPub section 7). 202 once the activity is stored.
import { receiveActivity } from '#domain/social/receive-activity';
import type { Social } from '#domain/social/social';
import { type Operation, operation } from '#http/operation';
import { reply } from '#http/reply';
import { activityBytesMax } from '#support/limits';

const inboxSpec = 'https://www.w3.org/TR/activitypub/#inbox';

export const postInbox = (social: Social) =>
  operation({
    id: 'apPostInbox',
    spec: inboxSpec,
    method: 'POST',
    path: '/users/{name}/inbox',
    access: 'public',
    rate: 'inbox',
    bodyBytesMax: activityBytesMax,
    answer: (call) => receive(social, call, call.params.name),
  });

export const postSharedInbox = (social: Social) =>
  operation({
    id: 'apPostSharedInbox',
    spec: 'https://www.w3.org/TR/activitypub/#shared-inbox-delivery',
    method: 'POST',
    path: '/inbox',
    access: 'public',
    rate: 'inbox',
    bodyBytesMax: activityBytesMax,
    answer: (call) => receive(social, call, undefined),
  });

async function receive(
  social: Social,
  call: Parameters<Operation['answer']>[0],
  account: string | undefined,
) {
  await receiveActivity(social, {
    method: call.method,
    target: call.rawTarget,
    headers: call.request.headers,
    contentType: call.header('content-type'),
    body: await call.bytes(),
    account,
  });
  return reply(202);
}
