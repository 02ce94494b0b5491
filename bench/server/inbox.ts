// Activities that come in: notes of followed actors, signed before the clock runs, over kept connections. A post counts
// when it is answered 202, which the server gives once the note is stored; that each one is there is looked up at the end.
import type { Administration } from '#app/administration';
import { connectToServer } from '#app/control/control-client';
import { type Child, serverName } from './child.ts';
import { type ForeignActor, type SignedPost, serveForeignActors, signPost } from './foreign-actors.ts';
import { median } from './people.ts';
import { RawClient } from './raw-client.ts';

const actorCount = 4;
const connections = 16;
const postsPerRound = 2_000;
const rounds = 3;
const signersAtOnce = 16;
const inbox = '/inbox';

export interface InboxFigures {
  /** Posts verified and stored per second. */
  readonly perSecond: number;
  /** Microseconds of the server's processor time for each. */
  readonly cpuUs: number;
  readonly connections: number;
}

/** @param dataDirectory that of `hearth`, to reach it for its administration */
export async function measureInbox(hearth: Child, dataDirectory: string): Promise<InboxFigures> {
  await using control = await connectToServer(dataDirectory);
  if (!control) throw new Error('the server has no control socket');
  const { administration } = control;
  await administration.addAccount({ name: 'reader', password: 'correct horse battery' });
  await using foreign = await serveForeignActors(actorCount);
  const setup = await RawClient.open(hearth.port);
  for (const actor of foreign.actors) {
    await administration.follow({ account: 'reader', target: actor.uri });
    const { id } = await foreign.received(actor, 'Follow');
    const accept = { type: 'Accept', id: `${actor.uri}/accepts/1`, actor: actor.uri, object: id };
    await post(setup, await signPost(actor, serverName, inbox, accept));
  }
  setup.close();

  const rates: number[] = [];
  const costs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const posts = await signNotes(foreign.actors, round);
    const cpuBefore = hearth.cpuMs();
    const perSecond = await load(hearth.port, posts);
    const cpuUs = ((hearth.cpuMs() - cpuBefore) * 1_000) / posts.length;
    if (round === 0) continue; // warms everything up
    rates.push(perSecond);
    costs.push(cpuUs);
  }
  const stored = await countNotes(administration);
  const posted = (rounds + 1) * postsPerRound;
  if (stored !== posted) throw new Error(`of ${posted} notes that were taken ${stored} are in the inbox`);
  return { perSecond: median(rates), cpuUs: median(costs), connections };
}

/** Notes of all actors in turn, each with an id of its own. */
async function signNotes(actors: readonly ForeignActor[], round: number): Promise<SignedPost[]> {
  const posts: SignedPost[] = [];
  const next = Array.from({ length: postsPerRound }, (_, index) => index);
  await Promise.all(
    Array.from({ length: signersAtOnce }, async () => {
      for (let index = next.pop(); index !== undefined; index = next.pop()) {
        const actor = actors[index % actors.length] as ForeignActor;
        posts[index] = await signPost(actor, serverName, inbox, createNote(actor.uri, `${round}-${index}`));
      }
    }),
  );
  return posts;
}

function createNote(actor: string, id: string): object {
  const addressing = {
    to: ['https://www.w3.org/ns/activitystreams#Public'],
    cc: [`${actor}/followers`],
  };
  const published = new Date().toISOString();
  return {
    id: `${actor}/posts/${id}/activity`,
    type: 'Create',
    actor,
    published,
    ...addressing,
    object: {
      id: `${actor}/posts/${id}`,
      type: 'Note',
      attributedTo: actor,
      published,
      content: '<p>The first frost came last night, and the <em>dahlias</em> are over. Soup for a week.</p>',
      ...addressing,
    },
  };
}

/** Posts per second while each connection sends the next one as soon as the last is answered. */
async function load(port: number, posts: readonly SignedPost[]): Promise<number> {
  const clients = await Promise.all(Array.from({ length: connections }, () => RawClient.open(port)));
  const left = [...posts];
  const begun = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) await post(client, next);
    }),
  );
  const perSecond = posts.length / ((performance.now() - begun) / 1_000);
  for (const client of clients) client.close();
  return perSecond;
}

async function post(client: RawClient, { target, headers, body }: SignedPost): Promise<void> {
  const answer = await client.request('POST', target, undefined, body, headers);
  if (answer.status !== 202) throw new Error(`an inbox answered ${answer.status}: ${answer.body}`);
}

async function countNotes(administration: Administration): Promise<number> {
  const notes = new Set<string>();
  for (let after: string | undefined; ; ) {
    const page = await administration.inbox({ account: 'reader', limit: 1_000, after });
    for (const { note } of page.notes) notes.add(note);
    if (page.next === undefined) return notes.size;
    after = page.next;
  }
}
