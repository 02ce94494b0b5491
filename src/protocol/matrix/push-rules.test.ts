// The predefined rules, beside the specification's own list of names in their order; each rule's text is compared with
// the definition it is given there. Client-Server API, "Predefined Rules".
import { describe, expect, it } from 'vitest';
import type { UserId } from '#protocol/matrix/identifiers';
import { defaultPushRules } from '#protocol/matrix/push-rules';

const user = '@bob:b.org' as UserId;
const rules = defaultPushRules(user);
const found = (id: string) => [...rules.override, ...rules.underride].find((rule) => rule.rule_id === id);

const match = (key: string, pattern: string) => ({ kind: 'event_match', key, pattern });
const play = (value: string) => ['notify', { set_tweak: 'sound', value }];
const highlighted = ['notify', { set_tweak: 'highlight' }];

describe('the predefined rules', () => {
  it('stand in their order', () => {
    expect(rules.override.map((rule) => rule.rule_id)).toEqual([
      '.m.rule.master',
      '.m.rule.suppress_notices',
      '.m.rule.invite_for_me',
      '.m.rule.member_event',
      '.m.rule.is_user_mention',
      '.m.rule.is_room_mention',
      '.m.rule.tombstone',
      '.m.rule.reaction',
      '.m.rule.room.server_acl',
      '.m.rule.suppress_edits',
    ]);
    expect(rules.underride.map((rule) => rule.rule_id)).toEqual([
      '.m.rule.call',
      '.m.rule.encrypted_room_one_to_one',
      '.m.rule.room_one_to_one',
      '.m.rule.message',
      '.m.rule.encrypted',
    ]);
    expect([rules.content, rules.room, rules.sender]).toEqual([[], [], []]);
  });

  const two = { kind: 'room_member_count', is: '2' };
  it.each<[string, object[], unknown[]]>([
    ['.m.rule.master', [], []],
    ['.m.rule.suppress_notices', [match('content.msgtype', 'm.notice')], []],
    [
      '.m.rule.invite_for_me',
      [match('type', 'm.room.member'), match('content.membership', 'invite'), match('state_key', user)],
      play('default'),
    ],
    ['.m.rule.member_event', [match('type', 'm.room.member')], []],
    [
      '.m.rule.is_user_mention',
      [{ kind: 'event_property_contains', key: 'content.m\\.mentions.user_ids', value: user }],
      [...play('default'), { set_tweak: 'highlight' }],
    ],
    [
      '.m.rule.is_room_mention',
      [
        { kind: 'event_property_is', key: 'content.m\\.mentions.room', value: true },
        { kind: 'sender_notification_permission', key: 'room' },
      ],
      highlighted,
    ],
    ['.m.rule.tombstone', [match('type', 'm.room.tombstone'), match('state_key', '')], highlighted],
    ['.m.rule.reaction', [match('type', 'm.reaction')], []],
    ['.m.rule.room.server_acl', [match('type', 'm.room.server_acl'), match('state_key', '')], []],
    [
      '.m.rule.suppress_edits',
      [{ kind: 'event_property_is', key: 'content.m\\.relates_to.rel_type', value: 'm.replace' }],
      [],
    ],
    ['.m.rule.call', [match('type', 'm.call.invite')], play('ring')],
    ['.m.rule.encrypted_room_one_to_one', [two, match('type', 'm.room.encrypted')], play('default')],
    ['.m.rule.room_one_to_one', [two, match('type', 'm.room.message')], play('default')],
    ['.m.rule.message', [match('type', 'm.room.message')], ['notify']],
    ['.m.rule.encrypted', [match('type', 'm.room.encrypted')], ['notify']],
  ])('%s', (id, conditions, actions) => {
    const enabled = id !== '.m.rule.master';
    expect(found(id)).toEqual({ rule_id: id, default: true, enabled, conditions, actions });
  });
});
