// For every step of the rules on m.room.member in versions 11 and 12: two judgements that differ only in what the step
// decides, one allowed and one refused by that step. Rules are named by their number in version 12.
import { describe, expect, it } from 'vitest';
import type { AuthFacts } from '#protocol/matrix/auth-rules';
import { parseServerName } from '#protocol/matrix/identifiers';
import { signJson } from '#protocol/matrix/signing';
import { signingKeyFromSeed } from '#protocol/matrix/signing-keys';
import {
  admin,
  alice,
  banned,
  bob,
  by,
  carol,
  firstEvent,
  hash,
  inEleven,
  invited,
  join,
  joinRule,
  levels,
  membership,
  mod,
  offer,
  type Pair,
  redeem,
  restricted,
  roomOf,
} from '#test/fixtures/auth-room';

const identityServer = signingKeyFromSeed(new Uint8Array(32).fill(1), 'ed25519:0', parseServerName('id.org'));
const impostor = signingKeyFromSeed(new Uint8Array(32).fill(2), 'ed25519:0', parseServerName('id.org'));

const signed = (mxid: string, token: string, key = identityServer) => signJson({ mxid, token }, key);

const vouched: AuthFacts = { isSignedBy: (server) => server === 'b.org' };
const keyed = offer({ public_key: identityServer.publicKey });
const redeemed = redeem({ signed: signed(carol, 'token') });

const members: readonly Pair[] = [
  [
    '5.1',
    'there is a state_key',
    { event: by(bob, bob, 'leave') },
    { event: { ...by(bob, bob, 'leave'), state_key: undefined } as never },
  ],
  [
    '5.1',
    'there is a membership',
    { event: by(bob, bob, 'leave') },
    { event: { ...by(bob, bob, 'leave'), content: {} } },
  ],
  [
    '5.2.1',
    'the authorising server has signed',
    { event: restricted(bob), state: [joinRule('restricted')], facts: vouched },
    { event: restricted(bob), state: [joinRule('restricted')] },
  ],
  [
    '5.2.1',
    'the authorising user is a user',
    { event: restricted(bob), state: [joinRule('public')], facts: vouched },
    { event: restricted('bob'), state: [joinRule('public')], facts: vouched },
  ],
  [
    '5.3.4',
    'the creator joins first',
    { event: { ...join(alice), prev_events: [firstEvent] }, state: [by(alice, alice, 'leave')] },
    { event: { ...join(alice), prev_events: [hash('A')] }, state: [by(alice, alice, 'leave')] },
  ],
  [
    '5.3.4',
    'and nobody else does',
    { event: { ...join(alice), prev_events: [firstEvent] }, state: [by(alice, alice, 'leave')] },
    { event: { ...join(carol), prev_events: [firstEvent] } },
  ],
  [
    '5.3.2',
    'nobody joins for another',
    { event: by(carol, carol, 'join'), state: [joinRule('public')] },
    { event: by(bob, carol, 'join'), state: [joinRule('public')] },
  ],
  [
    '5.3.3',
    'the banned may not join',
    { event: join(carol), state: [joinRule('public')] },
    { event: join(carol), state: [joinRule('public'), banned] },
  ],
  ['5.3.4', 'the invited may join', { event: join(carol), state: [invited] }, { event: join(carol) }],
  [
    '5.3.4',
    'knocking does not let in',
    { event: join(carol), state: [joinRule('knock'), invited] },
    { event: join(carol), state: [joinRule('knock'), membership(carol, 'knock')] },
  ],
  [
    '5.3.4',
    'without a join rule the room is for the invited',
    { event: join(carol), state: [{ ...joinRule(''), content: {} }, invited] },
    { event: join(carol), state: [{ ...joinRule(''), content: {} }] },
  ],
  [
    '5.3.5.2',
    'the invited need no authorisation',
    { event: join(carol), state: [joinRule('restricted'), invited] },
    { event: join(carol), state: [joinRule('restricted')] },
  ],
  [
    '5.3.5.2',
    'authorisation is by a member',
    { event: restricted(bob), state: [joinRule('knock_restricted')], facts: vouched },
    { event: restricted('@left:b.org'), state: [joinRule('knock_restricted')], facts: vouched },
  ],
  [
    '5.3.5.2',
    'who may invite',
    {
      event: restricted(mod),
      state: [joinRule('restricted'), levels({ invite: 50, users: { [mod]: 50 } })],
      facts: vouched,
    },
    {
      event: restricted(bob),
      state: [joinRule('restricted'), levels({ invite: 50, users: { [mod]: 50 } })],
      facts: vouched,
    },
  ],
  [
    '5.3.7',
    'other rules admit nobody',
    { event: join(carol), state: [joinRule('public')] },
    { event: join(carol), state: [joinRule('private')] },
  ],
  [
    '5.4.2',
    'members invite',
    { event: by(bob, carol, 'invite') },
    { event: by('@x:c.org', carol, 'invite') },
  ],
  [
    '5.4.3',
    'members are not invited',
    { event: by(bob, carol, 'invite') },
    { event: by(bob, carol, 'invite'), state: [join(carol)] },
  ],
  [
    '5.4.3',
    'the banned are not invited',
    { event: by(bob, carol, 'invite'), state: [by(admin, carol, 'leave')] },
    { event: by(bob, carol, 'invite'), state: [banned] },
  ],
  [
    '5.4.5',
    'inviting takes the invite level',
    { event: by(bob, carol, 'invite'), state: [levels({ invite: 0 })] },
    { event: by(bob, carol, 'invite'), state: [levels({ invite: 1 })] },
  ],
  [
    '5.4.1.1',
    'the banned redeem nothing',
    { event: redeemed, state: [keyed] },
    { event: redeemed, state: [keyed, banned] },
  ],
  [
    '5.4.1.2',
    'the invite is signed',
    { event: redeemed, state: [keyed] },
    { event: redeem({}), state: [keyed] },
  ],
  ['5.4.1.2', 'and an object', { event: redeemed, state: [keyed] }, { event: redeem('x'), state: [keyed] }],
  [
    '5.4.1.3',
    'it has its token',
    { event: redeemed, state: [keyed] },
    { event: redeem({ signed: signJson({ mxid: carol }, identityServer) }), state: [keyed] },
  ],
  [
    '5.4.1.3',
    'it has its mxid',
    { event: redeemed, state: [keyed] },
    { event: redeem({ signed: signJson({ token: 'token' }, identityServer) }), state: [keyed] },
  ],
  [
    '5.4.1.4',
    'it is for the target',
    { event: redeemed, state: [keyed] },
    { event: redeem({ signed: signed('@x:c.org', 'token') }), state: [keyed] },
  ],
  ['5.4.1.5', 'the room knows it', { event: redeemed, state: [keyed] }, { event: redeemed }],
  [
    '5.4.1.6',
    'it is by who offered it',
    { event: redeemed, state: [keyed] },
    { event: redeem({ signed: signed(carol, 'token') }, mod), state: [keyed] },
  ],
  [
    '5.4.1.8',
    'the right key has signed',
    { event: redeemed, state: [keyed] },
    { event: redeem({ signed: signed(carol, 'token', impostor) }), state: [keyed] },
  ],
  [
    '5.4.1.8',
    'that key may be listed',
    {
      event: redeemed,
      state: [offer({ public_keys: [1, {}, { public_key: 'x' }, { public_key: identityServer.publicKey }] })],
    },
    { event: redeemed, state: [offer({ public_keys: [{ public_key: impostor.publicKey }] })] },
  ],
  ['5.5.1', 'members leave', { event: by(bob, bob, 'leave') }, { event: by(carol, carol, 'leave') }],
  [
    '5.5.1',
    'the invited decline',
    { event: by(carol, carol, 'leave'), state: [invited] },
    { event: by(carol, carol, 'leave'), state: [banned] },
  ],
  [
    '5.5.1',
    'those who knock think again',
    { event: by(carol, carol, 'leave'), state: [membership(carol, 'knock')] },
    { event: by(carol, carol, 'leave'), state: [by(mod, carol, 'leave')] },
  ],
  [
    '5.5.2',
    'members kick',
    { event: by(mod, bob, 'leave') },
    { event: by(mod, bob, 'leave'), state: [by(mod, mod, 'leave')] },
  ],
  [
    '5.5.3',
    'unbanning takes the ban level',
    { event: by(mod, carol, 'leave'), state: [banned, levels({ ban: 50, users: { [mod]: 50 } })] },
    { event: by(mod, carol, 'leave'), state: [banned, levels({ ban: 51, users: { [mod]: 50 } })] },
  ],
  [
    '5.5.5',
    'and the kick level',
    { event: by(mod, carol, 'leave'), state: [banned, levels({ kick: 50, users: { [mod]: 50 } })] },
    { event: by(mod, carol, 'leave'), state: [banned, levels({ kick: 51, users: { [mod]: 50 } })] },
  ],
  [
    '5.5.5',
    'kicking takes more power than the target has',
    { event: by(admin, mod, 'leave') },
    { event: by(mod, admin, 'leave') },
  ],
  [
    '5.5.5',
    'not as much',
    { event: by(mod, bob, 'leave') },
    { event: by(mod, bob, 'leave'), state: [levels({ users: { [mod]: 50, [bob]: 50 } })] },
  ],
  [
    '5.6.1',
    'members ban',
    { event: by(mod, bob, 'ban') },
    { event: by(mod, bob, 'ban'), state: [by(mod, mod, 'leave')] },
  ],
  [
    '5.6.3',
    'banning takes the ban level',
    { event: by(mod, carol, 'ban'), state: [levels({ ban: 50, users: { [mod]: 50 } })] },
    { event: by(mod, carol, 'ban'), state: [levels({ ban: 51, users: { [mod]: 50 } })] },
  ],
  [
    '5.6.3',
    'and more power than the target has',
    { event: by(mod, bob, 'ban') },
    { event: by(mod, admin, 'ban') },
  ],
  [
    '5.7.1',
    'the room takes knocks',
    { event: membership(carol, 'knock'), state: [joinRule('knock')] },
    { event: membership(carol, 'knock'), state: [joinRule('restricted')] },
  ],
  [
    '5.7.2',
    'nobody knocks for another',
    { event: by(carol, carol, 'knock'), state: [joinRule('knock_restricted')] },
    { event: by(bob, carol, 'knock'), state: [joinRule('knock_restricted')] },
  ],
  ...[banned, invited, join(carol)].map(
    (before): Pair => [
      '5.7.4',
      `nobody knocks with membership ${before.content!.membership}`,
      { event: membership(carol, 'knock'), state: [joinRule('knock'), membership(carol, 'knock')] },
      { event: membership(carol, 'knock'), state: [joinRule('knock'), before] },
    ],
  ),
  ['5.8', 'memberships are known ones', { event: by(bob, bob, 'leave') }, { event: by(bob, bob, 'ghost') }],
];

/** The invite with so many useless signatures before the good one, under key ids of which every second is no key. */
const afterSignatures = (count: number) => {
  const useless = Array.from({ length: count }, (_, index) => [
    [`ed25519:x${index}`, 'x'],
    [`rsa:${index}`, 'x'],
    [`ed25519:y${index}`, 1],
  ]);
  const { signatures, ...invite } = signed(carol, 'token');
  return redeem({
    signed: { ...invite, signatures: { 'x.org': Object.fromEntries(useless.flat()), ...signatures } },
  });
};
/** The offer with so many other keys before the good one. */
const afterKeys = (count: number) => {
  const others = Array.from({ length: count }, (_, index) => ({ public_key: `key${index}` }));
  return offer({ public_keys: [...others, { public_key: identityServer.publicKey }] });
};

const bounds: readonly Pair[] = [
  [
    '5.4.1.8',
    'sixteen signatures are tried',
    { event: afterSignatures(15), state: [keyed] },
    { event: afterSignatures(16), state: [keyed] },
  ],
  [
    '5.4.1.8',
    'sixteen keys are tried',
    { event: redeemed, state: [afterKeys(15)] },
    { event: redeemed, state: [afterKeys(16)] },
  ],
];

describe.each(['11', '12'])('membership in room version %s', (id) => {
  const { judge } = roomOf(id);
  it.each([...members, ...bounds])('%s: %s', (rule, _, good, bad) => {
    expect(judge(good)).toBe('allowed');
    expect(judge(bad)).toBe(id === '12' ? rule : inEleven(rule));
  });
});
