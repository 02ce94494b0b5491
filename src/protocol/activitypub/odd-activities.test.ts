// Every shape of the corpus is read as it is written down there, or refused with an error of the catalogue.
import fc from 'fast-check';
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

it('reads or refuses whatever becomes of a shape when parts of it are put in place of others', () => {
  const parts: unknown[] = [];
  const collect = (value: unknown): void => {
    parts.push(value);
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  const documents = oddActivities.filter(({ reads }) => /^[A-Z]/.test(reads)).map(({ document }) => document);
  for (const document of documents) collect(JSON.parse(document.replace(/^\ufeff/, '')));
  const small = parts.filter((part) => (JSON.stringify(part) ?? '').length < 400);
  const keys = [
    'id',
    'type',
    'actor',
    'object',
    'target',
    'to',
    'cc',
    'tag',
    'attributedTo',
    'content',
    'contentMap',
  ];
  const more = [
    'attachment',
    'url',
    'icon',
    'published',
    'name',
    'summary',
    'inReplyTo',
    'alsoKnownAs',
    '@context',
  ];
  const change = fc.tuple(fc.constantFrom(...keys, ...more), fc.constantFrom(...small), fc.boolean());
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (text, changes) => {
        const document = JSON.parse(text.replace(/^\ufeff/, ''));
        for (const [key, value, isWithin] of changes) {
          const within = isWithin && typeof document.object === 'object' && document.object !== null;
          (within ? document.object : document)[key] = value;
        }
        expect(outcomeOf(JSON.stringify(document))).toMatch(/^[A-Za-z]+$/);
      },
    ),
    { numRuns: 2_000 },
  );
});

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
