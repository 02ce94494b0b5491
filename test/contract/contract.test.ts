import { describe, expect, it } from 'vitest';
import { answerOf, answerOfError } from '#http/answer';
import { operation } from '#http/operation';
import { reply, replyText } from '#http/reply';
import { ProtocolError } from '#support/errors';
import { makeContract, matrixContract } from '#test/contract/contract';
import { loadSpecification, makeSpecification, specificationDirectory } from '#test/contract/specification';

const declare = (id: string, path: string) =>
  operation({ id, method: 'GET', path, access: 'public', rate: 'read', answer: () => ({}) });

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const contract = makeContract(
  makeSpecification(
    new Map([
      [
        'client-server' as const,
        {
          paths: {
            '/rooms/{roomId}': {
              get: {
                operationId: 'getRoom',
                responses: {
                  200: json({
                    type: 'object',
                    required: ['users'],
                    properties: {
                      content: { oneOf: [{ type: 'object' }, { type: 'object', required: ['type'] }] },
                      users: { type: 'array', items: { type: 'string', format: 'mx-user-id' } },
                      joined: {
                        type: 'object',
                        patternProperties: { '^!': { type: 'integer', 'x-pattern-format': 'mx-room-id' } },
                      },
                    },
                  }),
                  302: {},
                  401: json({ type: 'object', required: ['flows'] }),
                  404: {},
                },
              },
            },
          },
        },
      ],
    ]),
  ),
);
const getRoom = declare('getRoom', '/rooms/{id}');

describe('the contract', () => {
  it('takes what the schema says', () => {
    const content = { type: 'm.room.message' };
    const body = { users: ['@alice:example.org'], joined: { '!room:example.org': 1 }, content };
    expect(contract.breachOf(getRoom, answerOf(body))).toBe(undefined);
    expect(contract.breachOf(getRoom, answerOf(reply(302)))).toBe(undefined);
  });

  it.each([
    [{}, /required property 'users'/],
    [{ users: 'all' }, /must be array/],
    [{ users: ['alice'] }, /format "mx-user-id"/],
    [{ users: [], joined: { '!room:': 1 } }, /x-pattern-format/],
    [{ users: [], joined: { '!room': 'yes' } }, /must be integer/],
    [{ users: [], content: [] }, /must be object/],
    [reply(201, { users: [] }), /no such status/],
    [replyText(200, 'text/plain', '{"users":[]}'), /Content-Type/],
    [reply(404), /Content-Type/],
    [reply(404, { errcode: 'NOT_FOUND', error: 'No.' }), /must match pattern/],
    [reply(418, { errcode: 'M_UNKNOWN' }), /required property 'error'/],
    [reply(401, { errcode: 'M_UNKNOWN' }), /required property 'flows'/],
  ])('refuses %j', (answer, reason) => {
    expect(contract.breachOf(getRoom, answerOf(answer))).toMatch(reason);
  });

  it('takes the standard error whatever its status, and the challenge of user-interactive authentication', () => {
    const refusals = [
      answerOfError(new ProtocolError('missingToken', 'Whose is it?'), ''),
      answerOfError(new ProtocolError('tooLarge', 'Too much.'), ''),
      answerOfError(new ProtocolError('limitExceeded', 'Too often.', { retry_after_ms: 5 }), ''),
      answerOfError(new Error('inside'), 'request'),
      answerOf(reply(401, { flows: [] })),
    ];
    expect(refusals.map((answer) => contract.breachOf(getRoom, answer))).toEqual(
      refusals.map(() => undefined),
    );
  });

  it('wants the names of the specification, and leaves other paths alone', () => {
    expect(contract.breachOf(declare('room', '/rooms/{roomId}'), answerOf({}))).toMatch(/calls it getRoom/);
    expect(contract.breachOf(declare('room', '/rooms'), answerOf({}))).toBe(undefined);
  });
});

const published = loadSpecification();
const versions = declare('getVersions', '/_matrix/client/versions');
const nonsense = answerOf({ versions: 'all of them' });

if (published) {
  it(`holds answers to the specification in ${specificationDirectory}`, () => {
    expect(published.operations.filter(({ api }) => api === 'client-server')).toHaveLength(166);
    expect(matrixContract.breachOf(versions, nonsense)).toMatch(/must be array/);
    expect(matrixContract.breachOf(versions, answerOf({ versions: ['v1.1'] }))).toBe(undefined);
  });
} else {
  it(`lets every answer pass, for lack of the specification in ${specificationDirectory}`, () => {
    expect(matrixContract.breachOf(versions, nonsense)).toBe(undefined);
  });
}
