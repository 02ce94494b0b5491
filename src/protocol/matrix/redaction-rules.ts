// Which keys of an event survive a redaction, by room version: five sets of rules, each said as what changed since the
// one before. Room version pages 1, 6, 8, 9 and 11, "Redactions".

/** Which keys of an event, and of its content by type, survive. */
export interface RedactionRules {
  readonly eventKeys: readonly string[];
  /** `everything`, or the keys that stay; a key may name in turn what stays beneath it. Types not listed keep nothing. */
  readonly contentKeys: ReadonlyMap<string, ContentRule>;
}

export type ContentRule = 'everything' | readonly ContentKey[];

type ContentKey = string | { readonly key: string; readonly keeps: readonly string[] };

const eventKeys = [
  'event_id',
  'type',
  'room_id',
  'sender',
  'state_key',
  'content',
  'hashes',
  'signatures',
  'depth',
  'prev_events',
  'auth_events',
  'origin_server_ts',
];

const powerLevelKeys = [
  'ban',
  'events',
  'events_default',
  'kick',
  'redact',
  'state_default',
  'users',
  'users_default',
];

/** `rules` with other rules on the content of some types; undefined takes a type away. */
function changed(
  rules: RedactionRules,
  contentKeys: Readonly<Record<string, ContentRule | undefined>>,
): RedactionRules {
  const kept = new Map(rules.contentKeys);
  for (const [type, rule] of Object.entries(contentKeys)) {
    if (rule === undefined) kept.delete(type);
    else kept.set(type, rule);
  }
  return { ...rules, contentKeys: kept };
}

export const redactionV1: RedactionRules = {
  eventKeys: [...eventKeys, 'prev_state', 'origin', 'membership'],
  contentKeys: new Map<string, ContentRule>([
    ['m.room.member', ['membership']],
    ['m.room.create', ['creator']],
    ['m.room.join_rules', ['join_rule']],
    ['m.room.power_levels', powerLevelKeys],
    ['m.room.aliases', ['aliases']],
    ['m.room.history_visibility', ['history_visibility']],
  ]),
};

/** Aliases lose their meaning. */
export const redactionV6 = changed(redactionV1, { 'm.room.aliases': undefined });

export const redactionV8 = changed(redactionV6, { 'm.room.join_rules': ['join_rule', 'allow'] });

export const redactionV9 = changed(redactionV8, {
  'm.room.member': ['membership', 'join_authorised_via_users_server'],
});

export const redactionV11: RedactionRules = {
  ...changed(redactionV9, {
    'm.room.member': [
      'membership',
      'join_authorised_via_users_server',
      { key: 'third_party_invite', keeps: ['signed'] },
    ],
    'm.room.create': 'everything',
    'm.room.power_levels': [...powerLevelKeys, 'invite'],
    'm.room.redaction': ['redacts'],
  }),
  eventKeys,
};
