import { expect, it } from 'vitest';
import { checkDigest, digestHeader } from '#protocol/activitypub/digest';

const body = Buffer.from('{"hello": "world"}');
// draft-cavage-http-signatures-12, appendix C.
const known = 'X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=';

it('gives the value of the draft', () => expect(digestHeader(body)).toBe(`SHA-256=${known}`));

it.each([`SHA-256=${known}`, `sha-256=${known}`, `Sha-256=${known}`, `MD5=abc, SHA-256=${known}`])(
  'accepts %s',
  (header) => expect(() => checkDigest(header, body)).not.toThrow(),
);

it.each([
  ['', 'empty'],
  ['MD5=Sd/dVLAcvNLSq16eXua5uQ==', 'no SHA-256'],
  [`SHA-512=${known}`, 'another algorithm'],
  [`SHA-256=${known}, SHA-256=${known}`, 'twice'],
  ['SHA-256=', 'no value'],
  [`SHA-256=${known.slice(0, -2)}`, 'cut short'],
])('refuses %s (%s)', (header) => expect(() => checkDigest(header, body)).toThrow(/exactly one/));

it('refuses a digest of another body', () => {
  expect(() => checkDigest(`SHA-256=${known}`, Buffer.from('{"hello": "World"}'))).toThrow(/does not match/);
});
