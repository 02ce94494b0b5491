// The tools for Matrix events as they are called: the specification's vectors, every fixture of state resolution, and
// what is said about inputs that are wrong. Appendices, "Cryptographic Test Vectors".
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandParts } from '#app/cli/command-parts';
import { runCommand } from '#app/cli/run-command';
import { startProgram } from '#test/fixtures/program';
import { eventVectors, vectorSeed } from '#test/fixtures/signing-vectors';

interface Answered {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const needsNoServer = () => Promise.reject(new Error('These commands need no server.'));

async function run(argv: readonly string[], input: string | Uint8Array): Promise<Answered> {
  const out: string[] = [];
  const err: string[] = [];
  const parts: CommandParts = {
    environment: {},
    print: (text) => void out.push(text),
    complain: (text) => void err.push(text),
    askPassword: needsNoServer,
    readInput: async () => Buffer.from(input),
    openAdministration: needsNoServer,
    copySocialRecords: needsNoServer,
    socialTables: needsNoServer,
    serve: needsNoServer,
    now: () => 0,
  };
  const code = await runCommand(['matrix', ...argv], parts);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** What a tool answers, as JSON. */
async function answer(name: string, input: object) {
  const { code, out, err } = await run([name], JSON.stringify(input));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

/** What a tool says of an input that it refuses. */
async function refusal(name: string, input: unknown): Promise<string> {
  const { code, out, err } = await run([name], typeof input === 'string' ? input : JSON.stringify(input));
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).not.toMatch(/\n/);
  return err;
}

const message = {
  type: 'm.room.message',
  room_id: '!r:a.org',
  sender: '@alice:a.org',
  content: { body: 'hi' },
  origin_server_ts: 1,
  depth: 2,
  prev_events: [],
  auth_events: [],
};

describe('canonical-json', () => {
  const canonical = (input: string | Uint8Array) => run(['canonical-json'], input);

  it.each([
    ['{"b":"2","a":"1"}', '{"a":"1","b":"2"}'],
    [' { "a" : "日本語" , "b" : [ ] } ', '{"a":"日本語","b":[]}'],
    ['{"a":"\\u65E5"}', '{"a":"日"}'],
    ['{"a":-0,"b":1e10}', '{"a":0,"b":10000000000}'],
    ['"text"', '"text"'],
    ['{"__proto__":1,"a":{"constructor":2}}', '{"__proto__":1,"a":{"constructor":2}}'],
  ])('of %s', async (input, expected) => {
    expect(await canonical(input)).toEqual({ code: 0, out: expected, err: '' });
  });

  it('is of the event, in the numbers that its version knows', async () => {
    const asked = (roomVersion: string) =>
      canonical(`{"event":{"b":1.50,"a":1},"roomVersion":"${roomVersion}"}`);
    expect((await asked('5')).out).toBe('{"a":1,"b":1.50}');
    expect(await asked('6')).toEqual({
      code: 1,
      out: '',
      err: 'error: event: 1.50 is not an integer within ±(2^53 - 1).',
    });
  });

  it('refuses what is no JSON, or not the same JSON for everybody', async () => {
    expect(await refusal('canonical-json', '{')).toMatch(/not JSON/);
    expect(await refusal('canonical-json', '')).toMatch(/no JSON/);
    expect(await refusal('canonical-json', '{"a":1,"a":2}')).toMatch(/twice/);
    expect((await canonical(Buffer.from([0x22, 0xff, 0x22]))).err).toMatch(/UTF-8/);
  });
});

describe('event-id', () => {
  const text =
    '{"auth_events":[],"content":{},"depth":2,"origin_server_ts":1,"prev_events":[],"room_id":"!r:a.org","sender":"@alice:a.org","type":"m.room.message"}';
  const id = async (roomVersion: string, event: object = message) =>
    answer('event-id', { roomVersion, event });

  it('is the reference hash, in the alphabet of the version', async () => {
    expect(await id('3')).toEqual({ event_id: `$${hash('sha256', text, 'base64').replaceAll('=', '')}` });
    expect(await id('12')).toEqual({ event_id: `$${hash('sha256', text, 'base64url')}` });
    expect(await id('12', { ...message, unsigned: { age: 1 }, signatures: {} })).toEqual(await id('12'));
  });

  it('is what the event says, in versions 1 and 2', async () => {
    expect(await id('1', { ...message, event_id: '$x:a.org' })).toEqual({ event_id: '$x:a.org' });
    expect(await refusal('event-id', { roomVersion: '2', event: message })).toMatch(/event_id/);
  });
});

it('redact leaves what the version keeps', async () => {
  const event = {
    ...message,
    type: 'm.room.member',
    state_key: '@alice:a.org',
    origin: 'a.org',
    content: { membership: 'join', displayname: 'A', join_authorised_via_users_server: '@b:b.org' },
  };
  const { origin: _, ...withoutOrigin } = event;
  const redacted = (roomVersion: string) =>
    answer('redact', { roomVersion, event: { ...event, unsigned: {} } });
  expect(await redacted('8')).toEqual({ ...event, content: { membership: 'join' } });
  const { displayname: __, ...kept } = event.content;
  expect(await redacted('9')).toEqual({ ...event, content: kept });
  expect(await redacted('11')).toEqual({ ...withoutOrigin, content: kept });
});

const publicKey = 'XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI';
const signingKeys = { server: 'domain', keyId: 'ed25519:1', seed: vectorSeed };

describe('sign', () => {
  it.each(eventVectors)('gives the hash and the signature of $name', async ({ event, sha256, signature }) => {
    expect(await answer('sign', { roomVersion: '1', event, keys: signingKeys })).toEqual({
      ...event,
      hashes: { sha256 },
      signatures: { domain: { 'ed25519:1': signature } },
    });
  });

  it('leaves hashes and signatures that are there', async () => {
    const event = {
      ...message,
      hashes: { sha256: 'kept' },
      signatures: { 'b.org': { 'ed25519:x': 'kept' } },
    };
    const signed = await answer('sign', { roomVersion: '12', event, keys: signingKeys });
    expect(signed.hashes).toEqual({ sha256: 'kept' });
    expect(signed.signatures['b.org']).toEqual({ 'ed25519:x': 'kept' });
    expect(signed.signatures.domain['ed25519:1']).toMatch(/^.{86}$/);
  });

  it.each([
    ['server', 'no server', /keys\.server/],
    ['keyId', 'ed25519', /keys\.keyId/],
    ['seed', 'AAAA', /keys\.seed/],
    ['seed', undefined, /keys\.seed/],
  ])('refuses as %s: %j', async (key, value, said) => {
    const keys = { ...signingKeys, [key]: value };
    expect(await refusal('sign', { roomVersion: '12', event: message, keys })).toMatch(said);
  });
});

describe('verify', () => {
  const event = { ...message, sender: '@alice:domain' };
  const signed = async (more: object = {}) =>
    answer('sign', { roomVersion: '12', event: { ...event, ...more }, keys: signingKeys });
  const keys = { domain: { 'ed25519:1': publicKey } };
  const verified = (checked: object, by: object = keys, roomVersion = '12') =>
    answer('verify', { roomVersion, event: checked, keys: by });
  const domain = (required: boolean, signatures: object) => ({ domain: { required, signatures } });

  it('finds what was signed valid', async () => {
    expect(await verified(await signed())).toEqual({
      valid: true,
      servers: domain(true, { 'ed25519:1': 'valid' }),
      contentHashMatches: true,
    });
  });

  it('finds out what was changed, and tells what redaction takes from the rest', async () => {
    expect(await verified({ ...(await signed()), content: {} })).toMatchObject({
      valid: true,
      contentHashMatches: false,
    });
    expect(await verified({ ...(await signed()), depth: 3 })).toEqual({
      valid: false,
      servers: domain(true, { 'ed25519:1': 'invalid' }),
      contentHashMatches: false,
    });
  });

  it('passes over unknown keys, which prove nothing', async () => {
    expect(await verified(await signed(), {})).toMatchObject({
      valid: false,
      servers: domain(true, { 'ed25519:1': 'unknown key' }),
    });
    const both = await signed({
      signatures: { domain: { 'ed25519:2': 'x' }, 'b.org': { 'ed25519:1': 'x' } },
    });
    expect(await verified(both)).toEqual({
      valid: true,
      servers: {
        domain: { required: true, signatures: { 'ed25519:1': 'valid', 'ed25519:2': 'unknown key' } },
        'b.org': { required: false, signatures: { 'ed25519:1': 'unknown key' } },
      },
      contentHashMatches: true,
    });
  });

  it('asks for each server that the version requires', async () => {
    const answered = await verified({ ...event, event_id: '$x:b.org' }, keys, '1');
    expect(answered.valid).toBe(false);
    expect(Object.keys(answered.servers).sort()).toEqual(['b.org', 'domain']);
    expect(await refusal('verify', { roomVersion: '1', event, keys })).toMatch(/event_id/);
  });

  it.each([
    [{ domain: [] }, /keys: domain/],
    [{ domain: { x: publicKey } }, /"x" is no id of a key/],
    [{ domain: { 'ed25519:1': 'AAAA' } }, /32 bytes/],
    [undefined, /keys is an object/],
  ])('refuses the keys %j', async (refused, said) => {
    expect(await refusal('verify', { roomVersion: '12', event, keys: refused })).toMatch(said);
  });
});

describe('auth', () => {
  const alice = '@alice:a.org';
  const bob = '@bob:b.org';
  const state = (type: string, content: object, more: object = {}) => ({
    ...message,
    type,
    state_key: '',
    content,
    ...more,
  });
  const create = state('m.room.create', { room_version: '11' });
  const joined = state('m.room.member', { membership: 'join' }, { state_key: alice });
  const rules = state('m.room.join_rules', { join_rule: 'public' });
  const room = [create, joined, rules];
  const judge = (more: object, roomVersion = '11') =>
    answer('auth', { roomVersion, event: message, authEvents: [create, joined], state: room, ...more });

  it('accepts', async () => {
    expect(await judge({})).toEqual({ verdict: 'accepted', rule: '10' });
  });

  it('rejects by the auth events, by the state before, and fails by the state now', async () => {
    expect(await judge({ authEvents: [create] })).toMatchObject({
      verdict: 'rejected',
      pass: 'auth-events',
      rule: '5',
    });
    expect(await judge({ state: [create, rules] })).toMatchObject({
      verdict: 'rejected',
      pass: 'state-before',
      rule: '5',
    });
    const gone = { ...joined, content: { membership: 'leave' } };
    expect(await judge({ currentState: [create, gone, rules] })).toMatchObject({
      verdict: 'soft-failed',
      rule: '5',
    });
    expect(await judge({ authEvents: [create, { ...joined, rejected: true }] })).toMatchObject({
      rule: '2.3',
    });
  });

  it('takes a room that is named by its create event, by hash or by the id that is written into it', async () => {
    const { room_id: _, ...unnamed } = create;
    const id = (await answer('event-id', { roomVersion: '12', event: unnamed })).event_id.replace('$', '!');
    const inRoom = (room_id: string, first: object) => ({
      event: { ...message, room_id },
      authEvents: [{ ...joined, room_id }],
      state: [first, { ...joined, room_id }],
    });
    expect(await judge(inRoom(id, unnamed), '12')).toEqual({ verdict: 'accepted', rule: '11' });
    expect(await judge(inRoom('!name', { ...unnamed, event_id: '$name' }), '12')).toEqual({
      verdict: 'accepted',
      rule: '11',
    });
    expect(await judge(inRoom('!other', { ...unnamed, event_id: '$name' }), '12')).toMatchObject({
      rule: '2',
    });
  });

  it.each(['1', '3', '11'])(
    'knows the first join by the id that is written into the create event: %s',
    async (id) => {
      const begun = state('m.room.create', { creator: alice }, { event_id: '$first:a.org' });
      const event = { ...joined, event_id: '$second:a.org' };
      const first = { authEvents: [begun], state: [begun] };
      const reference = id === '1' ? ['$first:a.org', {}] : '$first:a.org';
      expect(await judge({ event: { ...event, prev_events: [reference] }, ...first }, id)).toEqual({
        verdict: 'accepted',
        rule: { 1: '5.2.1', 3: '5.2.1', 11: '4.3.1' }[id],
      });
      expect(await judge({ event: { ...event, prev_events: ['$other:a.org'] }, ...first }, id)).toMatchObject(
        {
          verdict: 'rejected',
        },
      );
    },
  );

  it('knows the first join by the hash of the create event', async () => {
    const { event_id } = await answer('event-id', { roomVersion: '11', event: create });
    const first = { authEvents: [create], state: [create] };
    expect(await judge({ event: { ...joined, prev_events: [event_id] }, ...first })).toMatchObject({
      rule: '4.3.1',
    });
  });

  it('believes signatures unless keys are given', async () => {
    const restricted = state('m.room.join_rules', { join_rule: 'restricted' });
    const levels = state('m.room.power_levels', { users: { [alice]: 100 } });
    const content = { membership: 'join', join_authorised_via_users_server: alice };
    const event = {
      ...state('m.room.member', content, { state_key: bob, sender: bob }),
      signatures: { 'a.org': { 'ed25519:1': 'forged' } },
    };
    const authEvents = [create, levels, restricted, joined];
    const asked = { event, authEvents, state: authEvents };
    expect(await judge(asked)).toEqual({ verdict: 'accepted', rule: '4.3.5.3' });
    expect(await judge({ ...asked, event: { ...event, signatures: {} } })).toMatchObject({
      verdict: 'rejected',
    });
    expect(await judge({ ...asked, keys: { 'a.org': { 'ed25519:1': publicKey } } })).toMatchObject({
      verdict: 'rejected',
    });
  });

  it.each<[object, RegExp]>([
    [{ event: undefined }, /event is an object/],
    [{ event: { ...message, sender: 'alice' } }, /event: sender is a user id/],
    [{ event: { ...message, type: 7 } }, /event: type is a string/],
    [{ event: { ...message, auth_events: [7] } }, /event: auth_events is a list of event ids/],
    [{ authEvents: undefined }, /authEvents is a list/],
    [{ state: {} }, /state is a list/],
    [{ state: [message] }, /state\[0\] is no state event/],
    [{ state: [create, create] }, /state has two events of type m\.room\.create/],
    [{ state: [{ ...create, content: null }] }, /state\[0\]: content is an object/],
    [{ roomVersion: 11 }, /roomVersion is a string/],
    [{ roomVersion: 'x' }, /Room version "x"/],
  ])('refuses %j', async (more, said) => {
    const input = { roomVersion: '11', event: message, authEvents: [], state: room, ...more };
    expect(await refusal('auth', input)).toMatch(said);
  });
});

const fixtures = join(import.meta.dirname, '../../../test/fixtures/state-resolution');
const fixtureNames = readdirSync(fixtures).filter((name) => name.endsWith('.json'));

describe('resolve', () => {
  it.each(fixtureNames)('%s', async (name) => {
    const fixture = JSON.parse(readFileSync(join(fixtures, name), 'utf8'));
    const expected: Record<string, Record<string, string>> = {};
    for (const { event_id, type, state_key } of fixture.events) {
      if (fixture.expected.includes(event_id)) expected[type] = { ...expected[type], [state_key]: event_id };
    }
    expect(await answer('resolve', fixture)).toEqual(expected);
  });

  it('says what is missing', async () => {
    expect(await refusal('resolve', { roomVersion: '12', events: [] })).toMatch(/stateSets or heads/);
    expect(await refusal('resolve', { roomVersion: '12', events: [], heads: ['$x'] })).toMatch(/\$x/);
  });
});

describe('--lines', () => {
  it('answers each line, and puts what is wrong with one in its place', async () => {
    const answered = await run(['canonical-json', '--lines'], '{"b":1,"a":2}\n\n{\r\n[1, 2]\n');
    expect(answered.out.split('\n')).toEqual(['{"a":2,"b":1}', '{"error":"This is not JSON."}', '[1,2]']);
    expect(answered).toMatchObject({ code: 1, err: 'error: 1 of the lines could not be answered.' });
  });

  it('changes no byte of a line that is not UTF-8', async () => {
    const input = Buffer.from('\t \n["\xff"]\n["x"]', 'latin1');
    const answered = await run(['canonical-json', '--lines'], input);
    expect(answered.out).toBe('{"error":"JSON is UTF-8, and this is not."}\n["x"]');
    expect(answered.code).toBe(1);
  });
});

describe('docs/matrix-tools.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/matrix-tools.md'), 'utf8');
  const examples = [...page.matchAll(/\$ echo '(.*)' \| hearth matrix (\S+)\n(.*)\n/g)];

  it('has an example of every tool', () => {
    const tools = ['canonical-json', 'event-id', 'redact', 'sign', 'verify', 'auth', 'resolve'];
    expect([...new Set(examples.map(([, , name]) => name))].sort()).toEqual(tools.sort());
  });

  it.each(examples.map(([, input = '', name = '', expected]) => [name, input, expected]))(
    'shows what %s answers',
    async (name, input, expected) => {
      expect(await run([name as string], input as string)).toEqual({ code: 0, out: expected, err: '' });
    },
  );
});

describe('the program', () => {
  async function ended(argv: readonly string[], input: string) {
    const program = startProgram(['matrix', ...argv]);
    program.child.stdin?.end(input);
    return program.ended;
  }

  it('answers on standard output', async () => {
    const sent = JSON.stringify({ roomVersion: '12', event: message });
    const [id, canonical] = await Promise.all([
      ended(['event-id'], sent),
      ended(['canonical-json'], '{"b":1, "a":2}'),
    ]);
    expect(id).toEqual({
      code: 0,
      out: expect.stringMatching(/^\{"event_id":"\$[A-Za-z0-9_-]{43}"\}\n$/),
      err: '',
    });
    expect(canonical).toEqual({ code: 0, out: '{"a":2,"b":1}\n', err: '' });
  });

  it('says in one line what is wrong, and shows an example when asked', async () => {
    const [wrong, help] = await Promise.all([
      ended(['redact'], '{"roomVersion":"12"}'),
      ended(['auth', '--help'], ''),
    ]);
    expect(wrong).toEqual({ code: 1, out: '', err: 'error: event is an object.\n' });
    expect(help).toMatchObject({ code: 0, out: expect.stringMatching(/Example:\n {2}hearth matrix auth/) });
  });
});
