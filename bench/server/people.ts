// Accounts, rooms and messages for the measurements.
import { RawClient } from './raw-client.ts';

export interface Person {
  readonly token: string;
  readonly userId: string;
}

/** Registers `count` people; hashing their passwords is most of the time that this takes. */
export async function registerPeople(port: number, prefix: string, count: number): Promise<Person[]> {
  const people: Person[] = [];
  const next = Array.from({ length: count }, (_, index) => index);
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const client = await RawClient.open(port);
      for (let index = next.pop(); index !== undefined; index = next.pop()) {
        const answer = await client.json<{ access_token: string; user_id: string }>(
          'POST',
          '/_matrix/client/v3/register',
          undefined,
          {
            username: `${prefix}${index}`,
            password: 'correct horse battery',
            auth: { type: 'm.login.dummy' },
          },
        );
        people[index] = { token: answer.access_token, userId: answer.user_id };
      }
      client.close();
    }),
  );
  return people;
}

export async function createRoom(client: RawClient, { token }: Person, body: object = {}): Promise<string> {
  const path = '/_matrix/client/v3/createRoom';
  return (await client.json<{ room_id: string }>('POST', path, token, { preset: 'public_chat', ...body }))
    .room_id;
}

export async function joinRoom(client: RawClient, { token }: Person, room: string): Promise<void> {
  await client.json('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/join`, token, {});
}

let transaction = 0;

export function sendPath(room: string): string {
  return `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/b${process.pid}-${transaction++}`;
}

/** A message as people send them: a line of text. */
export const messageBody = JSON.stringify({
  msgtype: 'm.text',
  body: 'Shall we have tea in the garden this afternoon, if the weather holds? I can bring a cake.',
});

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
