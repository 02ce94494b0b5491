// Every operation, whatever it is, under input that nobody well-meaning sends: long, malformed or treacherous path
// parameters, query parameters and bodies. It may refuse, in the specification's form; it may never fall over.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '#http/operation';
import { declaredOperations } from '#test/fixtures/declared-operations';
import { type ServedHearth, serveHearth } from '#test/fixtures/served-hearth';
import {
  api,
  type Call,
  type Person,
  personOf,
  type StrangerAnswer,
  signUp,
  strangerAt,
} from '#test/fixtures/stranger';

const operations = await declaredOperations();
let hearth: ServedHearth;
let call: Call;
let alice: Person;
let room: string;

beforeAll(async () => {
  hearth = await serveHearth();
  call = strangerAt(hearth.url);
  alice = await signUp(call, 'alice');
  room = String((await alice.post('/createRoom', { preset: 'public_chat' })).room_id);
});
afterAll(() => hearth[Symbol.asyncDispose]());

/** A call of alice's, who signs in again where an operation has signed her out. */
async function callAsAlice(method: string, path: string, body: unknown): Promise<StrangerAnswer> {
  const answer = await call(method, path, { token: alice.token, body });
  if (answer.body.errcode !== 'M_UNKNOWN_TOKEN') return answer;
  const login = { type: 'm.login.password', user: 'alice', password: "alice's password" };
  alice = personOf(call, (await call('POST', `${api}/login`, { body: login })).body);
  return call(method, path, { token: alice.token, body });
}

const hostileTexts = [
  'x'.repeat(256),
  'x'.repeat(12_000),
  `!${'x'.repeat(11_000)}:example.org`,
  '%00',
  'a%00b',
  '..%2F..%2Fetc%2Fpasswd',
  '__proto__',
  'constructor',
  'toString',
  '%F0%9F%92%A9'.repeat(70),
  '%EF%BF%BD',
  '%ED%A0%80',
  '%C0%AF',
  '%',
  '%2',
  '-1',
  '1e309',
  'NaN',
  '%5B%5D',
  '%7B%7D',
  '%22%22',
  '%20',
  '%0D%0AX-Injected:%20yes',
  '@',
  '@:',
  '!',
  '!:',
  '$',
  '%23',
  '%23:',
  '@alice:[::',
  '@alice:999.999.999.999',
];

const hostileBodies = [
  '',
  'null',
  '[]',
  '0',
  '"text"',
  '{',
  '{}{}',
  '\uFEFF{}',
  '{"a":1e400}',
  `${'['.repeat(60_000)}${']'.repeat(60_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"\\ud800":"\\udfff"}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3,"then":4,"toJSON":5}',
  new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
  new Uint8Array(1_100_000).fill(0x20),
];

/** Values of the wrong type or size for a field that is known by name. */
const hostileValues = [
  null,
  0,
  -1,
  1.5,
  1e300,
  true,
  '',
  '\u0000',
  'x'.repeat(70_000),
  [],
  [null],
  [[]],
  {},
  ['x'.repeat(12_000)],
];

/** Field names that the operation's schema knows, and one that authorisation reads. */
function fieldsOf({ body }: Operation): string[] {
  const shape: unknown = body && 'shape' in body ? body.shape : {};
  return [...Object.keys(shape as object), 'membership'];
}

/** Right values for path parameters, so that each hostile one gets as far as it can. */
function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');
}

function fill(path: string, values: Readonly<Record<string, string>>): string {
  const usual: Record<string, string> = {
    roomId: encodeURIComponent(room),
    roomIdOrAlias: encodeURIComponent(room),
    userId: encodeURIComponent(alice.userId),
    eventType: 'm.room.message',
    eventId: `$${'a'.repeat(43)}`,
    txnId: 'once',
    receiptType: 'm.read',
  };
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => values[name] ?? usual[name] ?? 'x');
}

async function attack(operation: Operation, path: string, body?: unknown): Promise<void> {
  const answer = await callAsAlice(
    operation.method,
    path,
    operation.method === 'GET' ? undefined : (body ?? {}),
  );
  const shown = `${operation.method} ${path.slice(0, 200)} ${JSON.stringify(body)?.slice(0, 200)}: ${answer.text.slice(0, 300)}`;
  expect(answer.status, shown).toBeLessThan(500);
  const mustBeJson = answer.status >= 400 && path.startsWith('/_matrix/');
  if (mustBeJson) expect(answer.text, shown).toMatch(/^\{.*\}$/s);
  expect(answer.headers.get('x-injected'), shown).toBe(null);
}

test.each(operations.map((operation) => [operation.id, operation] as const))('%s', async (_id, operation) => {
  for (const name of parametersOf(operation.path)) {
    for (const text of hostileTexts) await attack(operation, fill(operation.path, { [name]: text }));
  }
  const path = fill(operation.path, {});
  const query =
    operation.query && 'shape' in operation.query ? Object.keys(operation.query.shape as object) : [];
  for (const name of query) {
    for (const text of hostileTexts) await attack(operation, `${path}?${name}=${text}`);
  }
  if (operation.method === 'GET') return;
  for (const body of hostileBodies) await attack(operation, path, body);
  for (const field of fieldsOf(operation)) {
    for (const value of hostileValues) await attack(operation, path, { [field]: value });
  }
});
