// Our actor document: who the person is, where to deliver and which keys speak for her (ActivityPub section 4.1; the
// security vocabulary's publicKey; FEP-521a for the Ed25519 key; FEP-2c59 for the address), and how others are told that it
// has changed or is no more.
import type { KeyObject } from 'node:crypto';
import {
  actorUri,
  collectionUri,
  ed25519KeyUri,
  mainKeyUri,
  profileUri,
  sharedInboxUri,
} from '#protocol/activitypub/actor-uris';
import { toDateTime } from '#protocol/activitypub/dates';
import type { JsonObject } from '#protocol/activitypub/json-document';
import { activityStreamsContext } from '#protocol/activitypub/json-ld';
import { fieldToHtml } from '#protocol/activitypub/plain-text-to-html';
import { publicCollection } from '#protocol/activitypub/public-collection';
import { toMultibase } from '#protocol/activitypub/public-keys';
import { authorityOf, type Origin, type Uri } from '#protocol/activitypub/uris';

export interface OwnActor {
  readonly origin: Origin;
  /** The local part: `alice`. */
  readonly name: string;
  /** A person unless it says otherwise; a Service is shown as a bot. */
  readonly type?: 'Person' | 'Service';
  readonly displayName?: string;
  /** HTML that is safe to show. */
  readonly summaryHtml?: string;
  /** Where its type is not known, as for an icon elsewhere, none is told. */
  readonly icon?: { readonly url: string; readonly mediaType?: string };
  readonly rsaPublicKey: KeyObject;
  readonly ed25519PublicKey: KeyObject;
  readonly manuallyApprovesFollowers: boolean;
  readonly discoverable: boolean;
  /** When the account was made, in milliseconds since the Unix epoch. */
  readonly published: number;
  /** Profile fields, as text; links in their values become links. */
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
}

export const actorContext = [
  activityStreamsContext,
  'https://w3id.org/security/v1',
  'https://w3id.org/security/multikey/v1',
  'https://www.w3.org/ns/did/v1',
  {
    manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
    toot: 'http://joinmastodon.org/ns#',
    discoverable: 'toot:discoverable',
    schema: 'http://schema.org#',
    PropertyValue: 'schema:PropertyValue',
    value: 'schema:value',
    wf: 'https://purl.archive.org/socialweb/webfinger#',
    webfinger: 'wf:webfinger',
  },
] as const;

/** The Delete by which an actor tells those who know it that it is no more (ActivityPub section 6.4). */
export function buildActorDelete(id: Uri, actor: Uri): JsonObject {
  return {
    '@context': activityStreamsContext,
    id,
    type: 'Delete',
    actor,
    to: [publicCollection],
    object: actor,
  };
}

/** The Update by which an actor tells others what its document says now (ActivityPub section 6.3). */
export function buildActorUpdate(id: Uri, document: JsonObject): JsonObject {
  const { '@context': context, ...actor } = document;
  return {
    '@context': context,
    id,
    type: 'Update',
    actor: document.id,
    to: [publicCollection],
    object: actor,
  };
}

export function buildActorDocument(actor: OwnActor): JsonObject {
  const id = actorUri(actor.origin, actor.name);
  return {
    '@context': actorContext,
    id,
    type: actor.type ?? 'Person',
    preferredUsername: actor.name,
    webfinger: `${actor.name}@${authorityOf(actor.origin)}`,
    name: actor.displayName ?? actor.name,
    ...(actor.summaryHtml === undefined ? {} : { summary: actor.summaryHtml }),
    url: profileUri(actor.origin, actor.name),
    inbox: collectionUri(id, 'inbox'),
    outbox: collectionUri(id, 'outbox'),
    followers: collectionUri(id, 'followers'),
    following: collectionUri(id, 'following'),
    endpoints: { sharedInbox: sharedInboxUri(actor.origin) },
    manuallyApprovesFollowers: actor.manuallyApprovesFollowers,
    discoverable: actor.discoverable,
    published: toDateTime(actor.published),
    ...(actor.icon ? { icon: { type: 'Image', ...actor.icon } } : {}),
    ...(actor.fields?.length
      ? {
          attachment: actor.fields.map(({ name, value }) => ({
            type: 'PropertyValue',
            name,
            value: fieldToHtml(value),
          })),
        }
      : {}),
    publicKey: {
      id: mainKeyUri(id),
      owner: id,
      publicKeyPem: actor.rsaPublicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    assertionMethod: [
      {
        id: ed25519KeyUri(id),
        type: 'Multikey',
        controller: id,
        publicKeyMultibase: toMultibase(actor.ed25519PublicKey),
      },
    ],
  };
}
