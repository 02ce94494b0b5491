// Actors of another server, with documents and keys on the loopback, and a note of what is posted to them; and requests
// that they sign.
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { digestHeader } from '#protocol/activitypub/digest';
import { signRequest } from '#protocol/activitypub/http-signatures';
import { activityJson } from '#protocol/activitypub/media-types';

export interface ForeignActor {
  readonly uri: string;
  readonly privateKey: KeyObject;
}

export interface SignedPost {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ForeignActors extends AsyncDisposable {
  readonly actors: readonly ForeignActor[];
  /** The first activity of this type that comes to the actor's inbox. */
  received(actor: ForeignActor, type: string): Promise<Readonly<Record<string, unknown>>>;
}

const generate = promisify(generateKeyPair);

/** Serves `count` actors, each with an RSA key of 2048 bits. */
export async function serveForeignActors(count: number): Promise<ForeignActors> {
  const documents = new Map<string, string>();
  const activities = new Map<string, PromiseWithResolvers<Record<string, unknown>>>();
  const arrival = (name: string) => {
    const known = activities.get(name) ?? Promise.withResolvers<Record<string, unknown>>();
    activities.set(name, known);
    return known;
  };
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (request.method === 'POST') {
      const activity = JSON.parse(await textOf(request)) as Record<string, unknown>;
      arrival(`${path} ${activity.type}`).resolve(activity);
      response.writeHead(202).end();
      return;
    }
    const document = documents.get(path);
    response.writeHead(document === undefined ? 404 : 200, { 'Content-Type': activityJson }).end(document);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const actors = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2_048 });
      const path = `/users/writer${index}`;
      const document = actorDocument(origin + path, publicKey);
      documents.set(path, JSON.stringify(document));
      return { uri: document.id, privateKey };
    }),
  );
  return {
    actors,
    received: (actor, type) => arrival(`${new URL(actor.uri).pathname}/inbox ${type}`).promise,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An activity as it will be posted: digest, date and signature (draft-cavage) in its headers. */
export async function signPost(
  { uri, privateKey }: ForeignActor,
  authority: string,
  target: string,
  activity: object,
): Promise<SignedPost> {
  const body = JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', ...activity });
  const headers = await signRequest({
    method: 'POST',
    target,
    authority,
    date: Date.now(),
    digest: digestHeader(Buffer.from(body)),
    contentType: activityJson,
    keyId: `${uri}#main-key`,
    privateKey,
  });
  return { target, headers, body };
}

function actorDocument(id: string, publicKey: KeyObject) {
  return {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id,
    type: 'Person',
    preferredUsername: id.slice(id.lastIndexOf('/') + 1),
    inbox: `${id}/inbox`,
    followers: `${id}/followers`,
    publicKey: {
      id: `${id}#main-key`,
      owner: id,
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }),
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
