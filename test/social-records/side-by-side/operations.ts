// Everything that can be changed in the social database, as arbitrary values: what the domain asks of a writer, and what
// an engine does to a record of any type.
import fc from 'fast-check';
import type { RecordEngine } from '#databases/social/record-engine';
import { followers } from '#databases/social/records/followers';
import type { RecordType } from '#databases/social/records/record-type';
import type { recordTypes } from '#databases/social/records/record-types';
import type { SocialDatabase } from '#databases/social/social-database';
import type { SocialWriter } from '#databases/social/social-writer';
import { arbitraryRecord, arbitraryTexts, type Pools } from '../arbitrary-records.ts';
import { type AnyRecord, pick, type RawType, rawType, rawTypes, writeRaw } from '../raw-records.ts';

export interface Side {
  readonly engine: RecordEngine;
  readonly database: SocialDatabase;
}

/** One change, as it is carried out on each side. */
export interface Operation {
  readonly name: string;
  readonly value: unknown;
  run(side: Side): Promise<unknown>;
}

/** Few values, so that what is changed meets what is there. */
export const pools: Pools = {
  texts: ['a', 'b', 'é', '\u{1f600}'],
  uris: [
    'https://a.example/users/b',
    'https://a.example/users/b#c',
    'https://sub.a.example/inbox',
    'https://b.example:8443/?q=1',
  ],
};

type Types = typeof recordTypes;
type RecordOf<N extends keyof Types> = Types[N] extends RecordType<infer R> ? R : never;

function arbitrary<N extends keyof Types>(name: N): fc.Arbitrary<RecordOf<N>> {
  return fewOf(rawType(name)) as fc.Arbitrary<never>;
}

/** Records with which the readers can do what they do with all of them. */
function fewOf(type: RawType): fc.Arbitrary<AnyRecord> {
  const drawn = arbitraryRecord(type, pools);
  if (type.name !== followers.name) return drawn;
  const follows = fc.uniqueArray(fc.constantFrom(...pools.uris), { maxLength: 3 });
  return fc.tuple(drawn, follows).map(([follower, uris]) => ({ ...follower, follows: uris }));
}

const text = fc.constantFrom(...pools.texts);
const json = fc.constantFrom(undefined, '{}', '{"type":"Note"}');
const relation = fc.constantFrom('pending' as const, 'accepted' as const);

type Change<V> = (writer: SocialWriter, value: V) => Promise<unknown>;

function change<V>(name: string, value: fc.Arbitrary<V>, body: Change<V>): fc.Arbitrary<Operation> {
  return value.map((drawn) => ({
    name,
    value: drawn,
    run: ({ database }) => database.write((writer) => body(writer, drawn)),
  }));
}

const accountChanges = [
  change('addAccount', arbitrary('accounts'), (writer, account) => writer.addAccount(account)),
  change('updateAccount', arbitrary('accounts'), (writer, account) => writer.updateAccount(account)),
  change('putIcon', fc.tuple(arbitrary('accounts'), json), ({ profiles }, [account, icon]) =>
    profiles.putIcon(account, icon),
  ),
  change('addAlias', arbitrary('aliases'), ({ profiles }, alias) => profiles.addAlias(alias)),
  change('removeAlias', text, ({ profiles }, name) => profiles.removeAlias(name)),
  change('putProperty', arbitrary('properties'), ({ profiles }, property) => profiles.putProperty(property)),
  change('removeProperty', fc.tuple(text, text), ({ profiles }, [account, name]) =>
    profiles.removeProperty(account, name),
  ),
  change(
    'putRemoteActor',
    fc.tuple(
      arbitrary('remoteActors'),
      fc.uniqueArray(arbitrary('actorKeys'), { maxLength: 3, selector: ({ id }) => id }),
    ),
    (writer, [actor, keys]) =>
      writer.putRemoteActor(
        actor,
        keys.map((key) => ({ ...key, actor: actor.uri })),
      ),
  ),
];

const relationChanges = [
  change('putFollower', fc.tuple(arbitrary('followers'), relation), (writer, [follower, state]) =>
    writer.putFollower({ ...follower, state }),
  ),
  change('removeFollower', arbitrary('followers'), (writer, { account, actor }) =>
    writer.removeFollower(account, actor),
  ),
  change('putFollowing', fc.tuple(arbitrary('following'), relation), (writer, [following, state]) =>
    writer.putFollowing({ ...following, state }),
  ),
  change('removeFollowing', arbitrary('following'), (writer, { account, actor }) =>
    writer.removeFollowing(account, actor),
  ),
  change('addBlock', arbitrary('blocks'), ({ blocks }, block) => blocks.add(block)),
  change('removeBlock', arbitrary('blocks'), ({ blocks }, { account, side, target }) =>
    blocks.remove(account, side, target),
  ),
  change('addLike', arbitrary('likes'), ({ reactions }, like) => reactions.addLike(like)),
  change('removeLike', arbitrary('likes'), ({ reactions }, { object, actor }) =>
    reactions.removeLike(object, actor),
  ),
  change('addBoost', arbitrary('boosts'), ({ reactions }, boost) => reactions.addBoost(boost)),
  change('removeBoost', arbitrary('boosts'), ({ reactions }, { object, actor }) =>
    reactions.removeBoost(object, actor),
  ),
];

const noteChanges = [
  change('addActivity', arbitrary('activities'), (writer, activity) => writer.addActivity(activity, '{}')),
  change('renewActivity', arbitrary('activities'), (writer, { uri, storedAt }) =>
    writer.renewActivity(uri, storedAt),
  ),
  change('unlistActivity', arbitrary('activities'), (writer, { uri }) => writer.unlistActivity(uri)),
  change('putNote', fc.tuple(arbitrary('notes'), json), (writer, [note, body]) => writer.putNote(note, body)),
  change('addMessage', arbitrary('messages'), (writer, message) => writer.addMessage(message)),
  change('removeMessage', arbitrary('messages'), (writer, message) => writer.removeMessage(message)),
  change('putPost', fc.tuple(arbitrary('posts'), json), (writer, [post, body]) => writer.putPost(post, body)),
  change('putTag', arbitrary('postTags'), ({ profiles }, tag) => profiles.putTag(tag)),
  change('removeTag', arbitrary('postTags'), ({ profiles }, tag) => profiles.removeTag(tag)),
];

const queueChanges = [
  change(
    'queue',
    fc.tuple(
      arbitrary('deliveries'),
      fc.uniqueArray(
        arbitrary('followers').map(({ actor }) => actor),
        { maxLength: 3 },
      ),
      fc.boolean(),
    ),
    ({ deliveries }, [{ activity, account, createdAt }, inboxes, toFollowers]) =>
      deliveries.queue({ activity, account, inboxes, toFollowers, now: createdAt }),
  ),
  change('putDelivery', arbitrary('deliveries'), ({ deliveries }, delivery) => deliveries.put(delivery)),
  change('clearTurn', arbitrary('hostTurns'), ({ deliveries }, turn) => deliveries.clearTurn(turn)),
  change('setTurn', arbitrary('hostTurns'), ({ deliveries }, turn) => deliveries.setTurn(turn)),
  change('setFailingHost', arbitrary('failingHosts'), ({ deliveries }, failing) =>
    deliveries.setFailingHost(failing),
  ),
  change('clearFailingHost', text, ({ deliveries }, host) => deliveries.clearFailingHost(host)),
  change('putFanOut', arbitrary('fanOuts'), ({ deliveries }, fanOut) => deliveries.putFanOut(fanOut)),
  change('removeFanOut', arbitrary('fanOuts'), ({ deliveries }, { activity }) =>
    deliveries.removeFanOut(activity),
  ),
  change('finishTask', arbitrary('tasks'), ({ tasks }, task) => tasks.finish(task)),
];

const rawChanges: fc.Arbitrary<Operation>[] = rawTypes.flatMap((type) => [
  fc.tuple(fewOf(type), arbitraryTexts(type)).map(([record, texts]) => ({
    name: `put ${type.name}`,
    value: { record, texts },
    run: ({ engine }: Side) => writeRaw(engine, (records) => records.put(type, record, texts)),
  })),
  fewOf(type).map((record) => ({
    name: `remove ${type.name}`,
    value: pick(type.key, record),
    run: ({ engine }: Side) => writeRaw(engine, (records) => records.remove(type, pick(type.key, record))),
  })),
]);

export const arbitraryOperation: fc.Arbitrary<Operation> = fc.oneof(
  ...[accountChanges, relationChanges, noteChanges, queueChanges, rawChanges].map((group) =>
    fc.oneof(...group),
  ),
);
