import { describe, expect, it } from 'vitest';
import { nameOf, parseDynamodbUri } from '#databases/social/engines/dynamodb/dynamodb-uri';

describe('the URI of records on DynamoDB', () => {
  it('says the region, what the names of tables begin with, and where else requests go', () => {
    expect(parseDynamodbUri('dynamodb://eu-central-1/hearth_2.a-b')).toEqual({
      region: 'eu-central-1',
      prefix: 'hearth_2.a-b',
      endpoint: undefined,
    });
    const local = 'dynamodb://local/hearth?endpoint=http://127.0.0.1:8000';
    expect(parseDynamodbUri(local).endpoint).toBe('http://127.0.0.1:8000');
    expect(nameOf(parseDynamodbUri(local))).toBe(local);
  });

  it.each([
    ['store:', 'is not of this form'],
    ['dynamodb:hearth', 'names no region'],
    ['dynamodb://eu-central-1', 'names no prefix'],
    ['dynamodb://eu-central-1/a/b', 'names no prefix'],
    [`dynamodb://eu-central-1/${'a'.repeat(201)}`, 'names no prefix'],
    ['dynamodb://key:secret@eu-central-1/hearth', 'credentials'],
    ['dynamodb://eu-central-1:8000/hearth', 'more than that'],
    ['dynamodb://eu-central-1/hearth#a', 'more than that'],
    ['dynamodb://eu-central-1/hearth?region=a', '"region"'],
    ['dynamodb://eu-central-1/hearth?endpoint=ftp://a.example', 'endpoint'],
    ['dynamodb://eu-central-1/hearth?endpoint=http://a:b@a.example', 'endpoint'],
    ['dynamodb://eu-central-1/hearth?endpoint=http://a.example&endpoint=http://b.example', 'endpoint'],
  ])('%s is refused', (uri, why) => {
    expect(() => parseDynamodbUri(uri)).toThrow(why);
  });

  it('is refused without saying the secret that stands in it', () => {
    expect(() => parseDynamodbUri('dynamodb://key:secret@eu-central-1/hearth')).not.toThrow('secret');
  });
});
