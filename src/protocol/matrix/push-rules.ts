// The push rules that every user begins with. Client-Server API, "Push Notifications", "Predefined Rules".
import type { UserId } from '#protocol/matrix/identifiers';
import type { JsonObject, JsonValue } from '#protocol/matrix/json';

export type PushRuleKind = 'override' | 'content' | 'room' | 'sender' | 'underride';

export type PushAction = 'notify' | { readonly set_tweak: string; readonly value?: JsonValue };

export interface PushRule {
  readonly rule_id: string;
  readonly default: boolean;
  readonly enabled: boolean;
  readonly actions: readonly PushAction[];
  /** Of `override` and `underride` rules: all must hold, and none holds always. */
  readonly conditions?: readonly JsonObject[];
  /** Of `content` rules. */
  readonly pattern?: string;
}

/** Each list in descending priority. */
export type PushRuleset = Readonly<Record<PushRuleKind, readonly PushRule[]>>;

/** The server-default rules of `user`: kinds in descending priority, and within them the rules. */
export function defaultPushRules(user: UserId): PushRuleset {
  return { override: overrides(user), content: [], room: [], sender: [], underride };
}

const sound = (value: string): PushAction => ({ set_tweak: 'sound', value });
const highlight: PushAction = { set_tweak: 'highlight' };

const matches = (key: string, pattern: string): JsonObject => ({ kind: 'event_match', key, pattern });
const hasTwoMembers: JsonObject = { kind: 'room_member_count', is: '2' };

function rule(name: string, conditions: readonly JsonObject[], actions: readonly PushAction[]): PushRule {
  return { rule_id: `.m.rule.${name}`, default: true, enabled: true, conditions, actions };
}

function overrides(user: UserId): readonly PushRule[] {
  return [
    { ...rule('master', [], []), enabled: false },
    rule('suppress_notices', [matches('content.msgtype', 'm.notice')], []),
    rule(
      'invite_for_me',
      [matches('type', 'm.room.member'), matches('content.membership', 'invite'), matches('state_key', user)],
      ['notify', sound('default')],
    ),
    rule('member_event', [matches('type', 'm.room.member')], []),
    rule(
      'is_user_mention',
      [{ kind: 'event_property_contains', key: 'content.m\\.mentions.user_ids', value: user }],
      ['notify', sound('default'), highlight],
    ),
    rule(
      'is_room_mention',
      [
        { kind: 'event_property_is', key: 'content.m\\.mentions.room', value: true },
        { kind: 'sender_notification_permission', key: 'room' },
      ],
      ['notify', highlight],
    ),
    rule('tombstone', [matches('type', 'm.room.tombstone'), matches('state_key', '')], ['notify', highlight]),
    rule('reaction', [matches('type', 'm.reaction')], []),
    rule('room.server_acl', [matches('type', 'm.room.server_acl'), matches('state_key', '')], []),
    rule(
      'suppress_edits',
      [{ kind: 'event_property_is', key: 'content.m\\.relates_to.rel_type', value: 'm.replace' }],
      [],
    ),
  ];
}

const underride: readonly PushRule[] = [
  rule('call', [matches('type', 'm.call.invite')], ['notify', sound('ring')]),
  rule(
    'encrypted_room_one_to_one',
    [hasTwoMembers, matches('type', 'm.room.encrypted')],
    ['notify', sound('default')],
  ),
  rule('room_one_to_one', [hasTwoMembers, matches('type', 'm.room.message')], ['notify', sound('default')]),
  rule('message', [matches('type', 'm.room.message')], ['notify']),
  rule('encrypted', [matches('type', 'm.room.encrypted')], ['notify']),
];
