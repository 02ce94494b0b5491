// The outbox: what an account has posted for all to read (ActivityPub section 5.1), newest first, in pages by position.
import { countOutbox, readOutbox } from '#domain/social/read-outbox';
import type { Social } from '#domain/social/social';
import { answerCollection } from '#http/activitypub/collection-answer';
import { operation } from '#http/operation';
import { pageQuery } from '#http/web/page-query';
import { outboxPageMax } from '#support/limits';

export const getOutbox = (social: Social) =>
  operation({
    id: 'apGetOutbox',
    spec: 'https://www.w3.org/TR/activitypub/#outbox',
    method: 'GET',
    path: '/users/{name}/outbox',
    access: 'public',
    rate: 'discovery',
    query: pageQuery,
    answer(call) {
      const { name } = call.params;
      return answerCollection(
        social,
        { name, collection: 'outbox', cursor: call.query.page, call },
        {
          count: () => countOutbox(social, name),
          read: (after) => readOutbox(social, name, { limit: outboxPageMax, after }),
        },
      );
    },
  });
