import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { postCharactersMax } from '#support/limits';
import { type CommandLine, openCommandLine, patience } from '#test/fixtures/command-line';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine({ accounts: ['alice'] });
});
afterAll(() => line[Symbol.asyncDispose]());

const as = ['--account', 'alice'];
const publish = async (...argv: string[]) => (await line.run(['post', ...argv, ...as])).out;
interface Note {
  readonly content: string;
  readonly summary?: string;
  readonly updated?: string;
  readonly tag: readonly { readonly name: string }[];
}
/** The Note, as anybody gets it. */
const noteAt = async (uri: string) => {
  const request = new Request(uri, { headers: { accept: 'application/activity+json' } });
  return (await (await line.transport(request)).json()) as Note;
};

describe('a post', () => {
  it('says what its options say', async () => {
    const first = await publish('Is anybody there?');
    expect(first).toMatch(/^https:\/\/home\.test\/users\/alice\/posts\/\w+$/);
    const answer = await publish(
      ...['Yes, @bob@peer.test. #Tea', '--reply-to', first, '--tag', 'cake', '--mention', 'carol@peer.test'],
      ...['--content-warning', 'Food', '--language', 'en', '--visibility', 'unlisted', '--sensitive'],
      ...[
        '--attach',
        'https://pictures.test/cake.png;A cake; with candles',
        '--attach',
        'https://pictures.test/b',
      ],
    );
    const note = await noteAt(answer);
    expect(note).toMatchObject({
      inReplyTo: first,
      summary: 'Food',
      sensitive: true,
      contentMap: { en: expect.any(String) },
      attachment: [
        { url: 'https://pictures.test/cake.png', mediaType: 'image/png', name: 'A cake; with candles' },
        { url: 'https://pictures.test/b' },
      ],
    });
    const tags = note.tag.map(({ name }) => name);
    expect(tags.toSorted()).toEqual(['#Tea', '#cake', '@bob@peer.test', '@carol@peer.test']);
  });

  it('takes its text from standard input', async () => {
    const { out } = await line.run(['post', ...as], 'Line one\nLine two\n');
    expect((await noteAt(out)).content).toBe('<p>Line one<br>Line two</p>');
    const dashed = await line.run(['post', '-', ...as], 'Dashed');
    expect((await noteAt(dashed.out)).content).toBe('<p>Dashed</p>');
  });

  it('is edited: what no option changes stays', async () => {
    const uri = await publish('Frist', '--content-warning', 'Typos', '--language', 'en');
    expect(await line.run(['edit-post', uri, 'First', ...as])).toEqual({ code: 0, out: uri, err: '' });
    const edited = await noteAt(uri);
    expect(edited).toMatchObject({ content: '<p>First</p>', summary: 'Typos' });
    expect(edited.updated).toBeDefined();
    const id = uri.split('/').at(-1) ?? '';
    await line.run(['edit-post', id, '-', ...as, '--no-content-warning', '--no-language'], 'First!');
    const again = await noteAt(uri);
    expect(again.content).toBe('<p>First!</p>');
    expect(again.summary ?? null).toBe(null);
    expect(again).not.toHaveProperty('contentMap');
  });

  it('is deleted', async () => {
    const uri = await publish('Forget this');
    expect((await line.run(['delete-post', uri, ...as])).out).toBe(`${uri} is deleted.`);
    expect(await noteAt(uri)).toMatchObject({ type: 'Tombstone' });
    expect(await line.run(['edit-post', uri, 'Again', ...as])).toMatchObject({
      code: 1,
      err: `error: alice has no post ${uri.split('/').at(-1)}, or has deleted it.`,
    });
    const others = 'https://home.test/users/bob/posts/1';
    expect(await line.run(['edit-post', others, 'Mine', ...as])).toMatchObject({
      code: 1,
      err: `error: alice has no post ${others}, or has deleted it.`,
    });
    expect((await line.run(['delete-post', 'nonsense', ...as])).code).toBe(1);
  });

  it.each([
    [['--attach', 'cake.png'], 2, 'http or https URL'],
    [['--visibility', 'secret'], 2, 'public, unlisted, followers, direct'],
    [['--language', 'no language'], 1, 'is no language'],
    [['--tag', 'two words'], 1, 'is no hashtag'],
    [['--reply-to', 'nonsense'], 1, 'is not the address of a post'],
  ])('is refused with %j', async (options, code, message) => {
    const ran = await line.run(['post', 'Hello', ...as, ...options]);
    expect(ran).toEqual({ code, out: '', err: expect.stringContaining(message) });
  });

  it('is refused without a text, with one that is too long, and with one that is no text', async () => {
    expect((await line.run(['post', ...as], '\n')).err).toContain('must not be empty');
    const long = await line.run(['post', ...as], 'x'.repeat(4 * postCharactersMax + 1));
    expect(long.err).toContain('Standard input has more than');
    expect(await line.run(['post', ...as], Buffer.of(0xff))).toMatchObject({
      code: 2,
      err: 'error: Standard input is not text in UTF-8.',
    });
    expect((await line.run(['post', 'Hello'])).code).toBe(2);
  });
});

describe('a post of somebody else', () => {
  it('is liked and boosted, and both are taken back', async () => {
    const { publishPost } = await import('#domain/social/publish-post');
    const post = await publishPost(line.peer.social, 'bob', { text: 'Tea is ready.', visibility: 'public' });
    expect((await line.run(['like', post, ...as])).out).toBe(`alice likes ${post}`);
    const boosted = await line.ask('boost', post, ...as);
    expect(boosted).toEqual({
      object: post,
      activity: expect.stringContaining('https://home.test/users/alice/'),
    });
    // What is so already stays as it was.
    expect(await line.ask('boost', post, ...as)).toEqual(boosted);
    await vi.waitFor(async () => {
      const liked = await line.peer.social.database.read((reader) => reader.reactions.likesTotal(post));
      expect(liked).toBe(1);
    }, patience);
    expect((await line.run(['unlike', post, ...as])).out).toBe(`alice no longer likes ${post}`);
    expect((await line.run(['unboost', post, ...as])).out).toBe(`alice no longer boosts ${post}`);
    expect(await line.run(['unboost', post, ...as])).toEqual({
      code: 1,
      out: '',
      err: `error: alice has no boost of ${post} to take back.`,
    });
    const secret = await publish('For followers', '--visibility', 'followers');
    expect((await line.run(['boost', secret, ...as])).err).toContain('Only public and unlisted');
  });
});
