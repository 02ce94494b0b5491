// An account in words, with everything that is known of it.
import type { AdministrationOutput } from '#app/administration';
import { formatTime, table } from '#app/cli/output';

type Shown = AdministrationOutput<'updateAccount'>;

export function profileText({
  name,
  userId,
  actor,
  createdAt,
  deactivated,
  profile,
}: Omit<Shown, 'profile'> & { readonly profile?: Shown['profile'] | undefined }): string {
  return table([
    ['name', name],
    ['Matrix', userId],
    ['fediverse', profile?.address ?? 'no actor'],
    ['actor', actor],
    ['made', formatTime(createdAt)],
    ['deactivated', deactivated ? 'yes' : ''],
    ...(profile ? linesOf(profile) : []),
  ]);
}

function linesOf(profile: Shown['profile']): [string, string | undefined][] {
  const { approvesFollowers, discoverable, followers, followersPending, following, posts } = profile;
  return [
    ['page', profile.page],
    ['type', profile.type.toLowerCase()],
    ['shown as', profile.displayName],
    ['blurb', profile.blurb],
    ['url', profile.url],
    ['icon', profile.iconKind === 'made' ? `${profile.icon} (made from the name)` : profile.icon],
    ['approves followers', approvesFollowers ? 'yes' : 'no'],
    ['discoverable', discoverable ? 'yes' : 'no'],
    [
      'followers',
      followersPending === 0
        ? `${followers}`
        : `${followers}, and ${followersPending} who wait for an answer`,
    ],
    ['following', `${following}`],
    ['posts', `${posts}`],
    ['other names', profile.aliases.join('\n')],
    ['properties', profile.properties.map(({ name, value }) => `${name} = ${value}`).join('\n')],
  ];
}
