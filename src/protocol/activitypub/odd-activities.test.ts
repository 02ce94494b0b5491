// Every shape of the corpus is read as it is written down there, or refused with an error of the catalogue.
import { expect, it } from 'vitest';
import { describeActivity } from '#protocol/activitypub/describe-activity';
import { readJsonDocument } from '#protocol/activitypub/json-document';
import { ProtocolError } from '#support/errors';
import { oddActivities } from '#test/fixtures/odd-activities';

function outcomeOf(document: string): string {
  try {
    return describeActivity(readJsonDocument(Buffer.from(document))).type;
  } catch (error) {
    if (error instanceof ProtocolError) return error.kind;
    throw error;
  }
}

it.each(oddActivities)('$name: $reads', ({ document, reads }) => expect(outcomeOf(document)).toBe(reads));

it('has shapes enough, each under a name of its own', () => {
  expect(new Set(oddActivities.map(({ name }) => name)).size).toBe(oddActivities.length);
  expect(oddActivities.length).toBeGreaterThan(80);
});

it('reads every description into plain data', () => {
  for (const { document, reads } of oddActivities) {
    if (!/^[A-Z]/.test(reads)) continue;
    const description = describeActivity(readJsonDocument(Buffer.from(document)));
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  }
});
