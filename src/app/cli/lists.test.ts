import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dateIn } from '#app/cli/day-bounds';
import { boost } from '#domain/social/boost';
import { follow } from '#domain/social/follow';
import { like } from '#domain/social/like';
import { publishPost } from '#domain/social/publish-post';
import { systemClock } from '#support/clock';
import { type CommandLine, openCommandLine, patience } from '#test/fixtures/command-line';
import { openScriptedPeer } from '#test/fixtures/scripted-peer';

const as = ['--account', 'alice'];
const bob = 'https://peer.test/users/bob';
const carol = 'https://peer.test/users/carol';
const alice = 'https://home.test/users/alice';

let line: CommandLine;
/** What alice has posted, what bob has, whom she follows and who follows her, and what he has shown her of carol. */
let [hers, answer, his, carols]: string[] = [];

beforeAll(async () => {
  line = await openCommandLine({ accounts: ['alice'] });
  await line.run(['follow', 'bob@peer.test', ...as]);
  await follow(line.peer.social, 'bob', 'alice@home.test');
  await vi.waitFor(async () => {
    expect(await line.ask('following', ...as)).toMatchObject({ total: 1 });
    expect(await line.ask('followers', ...as)).toMatchObject({ total: 1 });
  }, patience);
  ({ out: hers } = await line.run(['post', 'Hello, #world', ...as, '--content-warning', 'Greeting']));
  ({ out: answer } = await line.run(['post', 'Me again\nand more', ...as, '--reply-to', hers ?? '']));
  his = await publishPost(line.peer.social, 'bob', { text: 'Good\nmorning', visibility: 'public' });
  await like(line.peer.social, 'bob', hers ?? '');
  await boost(line.peer.social, 'bob', hers ?? '');
  carols = await publishPost(line.peer.social, 'carol', {
    text: 'Eight legs',
    contentWarning: 'Spiders',
    visibility: 'public',
  });
  await boost(line.peer.social, 'bob', carols);
  await line.run(['like', his, ...as]);
  await vi.waitFor(async () => {
    expect(await line.ask('likes', ...as, '--received')).toMatchObject({ likes: [{ actor: bob }] });
    expect(await line.ask('boosts', ...as, '--received')).toMatchObject({ boosts: [{ actor: bob }] });
    expect(await line.ask('inbox', ...as)).toMatchObject({
      notes: expect.arrayContaining([
        expect.objectContaining({ note: his, author: bob }),
        expect.objectContaining({ note: carols, author: carol }),
      ]),
    });
    const { deliveries } = (await line.ask('deliveries', ...as)) as { deliveries: { state: string }[] };
    expect(deliveries.every(({ state }) => state === 'delivered')).toBe(true);
  }, patience);
});
afterAll(() => line[Symbol.asyncDispose]());

const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC';

it('shows relations', async () => {
  expect((await line.run(['following', ...as])).out).toBe(`1 following\n${bob}`);
  expect((await line.run(['followers', ...as, '--state', 'pending'])).out).toBe('0 pending followers');
});

it('shows posts with what became of them', async () => {
  const { out } = await line.run(['posts', ...as]);
  expect(out).toMatch(
    new RegExp(
      `^${answer}\n  ${time}  public  0 likes  0 boosts\n  in reply to ${hers}\n  Me again\n  and more\n\n` +
        `${hers}\n  ${time}  public  1 like  1 boost\n  \\[Greeting\\]\n  Hello, #world$`,
    ),
  );
  const { next } = (await line.ask('posts', ...as, '--limit', '1')) as { next: string };
  expect(await line.ask('posts', ...as, '--after', next)).toMatchObject({ posts: [{ uri: hers, likes: 1 }] });
});

it('shows the inbox, each line of a text as one', async () => {
  expect((await line.run(['inbox', ...as])).out).toMatch(
    new RegExp(`^${bob}  ${time}\n${his}\n  Good\n  morning$`, 'm'),
  );
  expect((await line.run(['inbox', ...as])).out).toMatch(
    new RegExp(`^${carol}  ${time}\nboosted by ${bob}\n${carols}\n  \\[Spiders\\]\n  Eight legs$`, 'm'),
  );
});

it('shows activities, of all or of one account, of all types or of one', async () => {
  const { activities } = (await line.ask('activities', '--limit', '100')) as {
    activities: { type: string; account?: string }[];
  };
  expect(activities.filter(({ account }) => account === 'alice').length).toBeGreaterThan(3);
  expect(activities.filter(({ account }) => account === undefined).length).toBeGreaterThan(2);
  const created = await line.run(['activities', ...as, '--type', 'Create']);
  const rows = created.out.split('\n');
  expect(rows.length).toBe(2);
  expect(rows[1]).toMatch(new RegExp(`^${time}  Create  ${alice} +${hers} +${alice}/activities/`));
  const first = await line.run(['activities', ...as, '--limit', '1']);
  const after = /--after (\S+)\)$/.exec(first.out)?.[1] ?? '';
  expect((await line.run(['activities', ...as, '--limit', '1', '--after', after])).out).not.toBe(first.out);
  expect((await line.run(['activities', '--type', 'Nothing'])).out).toMatch(
    /^There are no such activities|None so far/,
  );
  expect((await line.run(['activities', '--after', 'nonsense'])).code).toBe(1);
});

it('shows likes and boosts in both directions', async () => {
  expect((await line.run(['likes', ...as])).out).toMatch(new RegExp(`^${time}  ${alice} likes ${his}$`));
  expect((await line.run(['likes', ...as, '--received'])).out).toMatch(
    new RegExp(`^${time}  ${bob} likes ${hers}$`),
  );
  expect((await line.run(['boosts', '--post', hers ?? ''])).out).toMatch(
    new RegExp(`^${time}  ${bob} boosts ${hers}$`),
  );
  expect((await line.run(['boosts', ...as, '--given'])).out).toBe('There are no boosts.');
  for (const options of [[], ['--given'], ['--post', his ?? '', ...as], [...as, '--given', '--received']]) {
    expect((await line.run(['likes', ...options])).code).toBe(
      options.length === 1 || !options.length ? 2 : 2,
    );
  }
});

it('shows deliveries, of an account, of an activity, and one with its attempts', async () => {
  const { deliveries } = (await line.ask('deliveries', ...as)) as {
    deliveries: { activity: string; inbox: string }[];
  };
  const { activity, inbox } = deliveries[0] ?? { activity: '', inbox: '' };
  expect((await line.run(['deliveries', ...as])).out).toContain(`delivered  1 attempt  ${inbox}`);
  expect((await line.run(['retrieve', 'delivery', activity])).out).toMatch(
    new RegExp(`^delivered  1 attempt  ${inbox}  ${activity}  202$`),
  );
  const one = await line.run(['retrieve', 'delivery', activity, inbox]);
  expect(one.out).toMatch(new RegExp(`^answers +${time}  202$`, 'm'));
  expect(await line.ask('retrieve', 'delivery', activity, inbox)).toMatchObject({
    account: 'alice',
    history: [{ status: 202 }],
  });
  const silent = await line.ask('post', 'To nobody', '--visibility', 'direct', ...as);
  expect(silent).toMatchObject({ note: expect.any(String) });
  const { activities } = (await line.ask('activities', '--limit', '1', ...as)) as {
    activities: { uri: string }[];
  };
  expect((await line.run(['retrieve', 'delivery', activities[0]?.uri ?? ''])).out).toBe(
    'It was delivered nowhere.',
  );
  expect(await line.run(['retrieve', 'delivery', `${activity}x`])).toMatchObject({
    code: 1,
    err: `error: The activity ${activity}x is not kept here.`,
  });
  expect((await line.run(['retrieve', 'delivery', activity, 'https://a.test/inbox'])).code).toBe(1);
});

it('retrieves actors and notes, ours and others', async () => {
  const { out } = await line.run(['retrieve', 'actor', 'bob@peer.test']);
  expect(out).toMatch(new RegExp(`^address +bob@peer\\.test\nname +bob\ntype +Person\nactor +${bob}$`, 'm'));
  expect(await line.ask('retrieve', 'actor', alice)).toMatchObject({ isOurs: true, uri: alice });
  const note = await line.run(['retrieve', 'note', hers ?? '']);
  expect(note.out).toMatch(/^from +posted here$/m);
  expect(note.out).toMatch(/^warning +Greeting$/m);
  expect(note.out).toMatch(/\n\nHello, #world$/);
  expect(await line.ask('retrieve', 'note', his ?? '')).toMatchObject({
    from: 'stored',
    author: bob,
    document: { type: 'Note' },
  });
  expect((await line.run(['retrieve', 'actor', 'nobody@peer.test'])).code).toBe(1);
  expect((await line.run(['retrieve', 'note', `${alice}/posts/none`])).code).toBe(1);
});

it('shows what others have reported', async () => {
  expect((await line.run(['reports'])).out).toBe('Nothing was reported.');
  const host = 'watch.test';
  const peer = openScriptedPeer({ host, toServer: line.transport, clock: systemClock });
  line.join(host, peer.transport);
  const actor = peer.actor('watch');
  const id = `${actor}/reports/1`;
  const flag = { id, type: 'Flag', actor, object: [alice, hers], content: 'Rude:\ntea first' };
  expect(await peer.post('https://home.test/inbox', flag)).toBe(202);
  expect((await line.run(['reports'])).out).toMatch(
    new RegExp(`^${actor}  ${time}\n${id}\n  reports ${alice}\n  reports ${hers}\n  Rude:\n  tea first$`),
  );
  expect(await line.ask('reports')).toMatchObject({ reports: [{ objects: [alice, hers] }] });
  expect((await line.run(['retrieve', 'activity', id])).out).toMatch(/^type +Flag$/m);
  expect(await line.ask('retrieve', 'activity', id)).toMatchObject({ document: flag });
  expect((await line.run(['retrieve', 'activity', `${id}0`])).code).toBe(1);
  expect((await line.run(['retrieve', 'activity', 'nonsense'])).err).toContain('is not the URI');
});

it('counts the records of each database, in all and of a day', async () => {
  const counted = (await line.ask('counts', '--date', '2020-02-02', '--time-zone', 'Europe/Berlin')) as {
    total: Record<string, number>;
    day: { counts: Record<string, number> };
  };
  expect(Object.keys(counted.total).length).toBe(14);
  expect(counted.total).toMatchObject({ accounts: 1, posts: 3, followers: 1, following: 1 });
  expect(new Set(Object.values(counted.day.counts))).toEqual(new Set([0]));
  // Whatever happens at midnight, what was posted lies within these days.
  const { posts } = (await line.ask('posts', ...as)) as { posts: { publishedAt: number }[] };
  let posted = 0;
  for (const days of [-1, 0, 1]) {
    const date = dateIn('UTC')((posts[0]?.publishedAt ?? 0) + days * 86_400_000);
    const counts = (await line.ask('counts', '--date', date, '--time-zone', 'UTC')) as typeof counted;
    posted += counts.day.counts.posts ?? 0;
  }
  expect(posted).toBe(3);
  expect(await line.ask('counts', '--time-zone', 'UTC')).toMatchObject({ total: { posts: 3 } });
  const { out } = await line.run(['counts', '--date', '2020-02-02', '--time-zone', 'UTC']);
  expect(out).toMatch(/^ +in all {2}2020-02-02 {2}UTC$/m);
  expect(out).toMatch(/^posts +3 +0$/m);
  for (const options of [
    ['--date', '2020-02-30'],
    ['--time-zone', 'Nowhere/Here'],
    ['--date', 'today'],
  ]) {
    expect((await line.run(['counts', ...options])).code).toBe(2);
  }
});
