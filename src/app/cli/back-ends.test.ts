import { describe, expect, it } from 'vitest';
import { openCommandLine } from '#test/fixtures/command-line';
import { openBackEnds } from '#test/fixtures/social-back-ends';

describe.each(openBackEnds)('commands, with the social records in $name', ({ open }) => {
  it('make profiles, posts, reactions and relations, and find them again', { timeout: 60_000 }, async () => {
    await using place = await open();
    await using line = await openCommandLine({ social: place.uri });
    const run = async (...argv: string[]) => {
      const ran = await line.run(argv);
      expect([ran.code, ran.err], argv.join(' ')).toEqual([0, '']);
      return ran.out;
    };
    const [alice, dora] = [['--account', 'alice'] as const, ['--account', 'dora'] as const];
    const password = ['--password', 'a kettle of tea'] as const;
    await run('account', 'add', 'alice', ...password, '--alias', 'al', '--property', 'Web=https://a.test');
    await run('account', 'add', 'dora', ...password, '--type', 'service', '--approve-followers');
    expect(await line.ask('account', 'show', 'alice')).toMatchObject({
      profile: { aliases: ['al'], properties: [{ name: 'Web', value: 'https://a.test' }] },
    });
    expect(await line.ask('account', 'list')).toMatchObject({
      accounts: [{ type: 'Person' }, { type: 'Service' }],
    });
    await run('follow', 'dora@home.test', ...alice);
    expect(await run('followers', ...dora, '--state', 'pending')).toContain('https://home.test/users/alice');
    await run('follower', 'approve', 'alice@home.test', ...dora);
    const post = await run('post', 'Tea, #anyone?', ...dora);
    await run('edit-post', post, 'Tea, anyone?', ...dora);
    const answer = await run('post', 'Yes!', '--reply-to', post, '--visibility', 'unlisted', ...alice);
    await run('like', post, ...alice);
    await run('boost', post, ...alice);
    expect(await line.ask('inbox', ...alice)).toMatchObject({
      notes: [{ note: post, text: 'Tea, anyone?' }],
    });
    expect(await line.ask('posts', ...dora)).toMatchObject({ posts: [{ uri: post, likes: 1, boosts: 1 }] });
    expect(await line.ask('likes', ...dora, '--received')).toMatchObject({ likes: [{ object: post }] });
    expect(await line.ask('boosts', '--post', post)).toMatchObject({ boosts: [{ account: 'alice' }] });
    expect(await line.ask('retrieve', 'note', answer)).toMatchObject({ inReplyTo: post });
    const update = ['activities', '--type', 'Update', ...dora] as const;
    expect(await line.ask(...update)).toMatchObject({
      activities: [{ object: post }, { object: 'https://home.test/users/dora' }],
    });
    await run('unlike', post, ...alice);
    await run('delete-post', answer, ...alice);
    await run('block', 'alice@home.test', ...dora);
    expect(await line.ask('followers', ...dora)).toEqual({ total: 0, followers: [] });
    expect(await line.ask('blocks', ...dora)).toMatchObject({ blocks: [{ isHost: false }] });
    expect(await line.ask('counts', '--time-zone', 'UTC')).toMatchObject({
      total: {
        accounts: 2,
        aliases: 1,
        properties: 1,
        posts: 2,
        likes: 0,
        boosts: 1,
        followers: 0,
        blocks: 1,
      },
    });
  });
});
