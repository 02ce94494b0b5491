// Judging an event on receipt, from states in memory: by its auth events, by the state before it, by the current state.
import { stateOf } from '#protocol/matrix/auth-rules';
import type { BuiltEvent } from '#protocol/matrix/build-event';
import type { EventDraft } from '#protocol/matrix/event';
import type { EventId } from '#protocol/matrix/identifiers';
import { judgeOnReceipt } from '#protocol/matrix/judge-pdu';
import { defaultRoomVersion as version } from '#protocol/matrix/room-versions';
import { line } from './report.ts';
import { bob, messageDraft, type SampleRoom, sampleRoom } from './sample-events.ts';
import { microsecondsPerCall } from './side-by-side.ts';

const eventCount = 64;

export function reportAuthorising(): void {
  const room = sampleRoom();
  const messages = Array.from({ length: eventCount }, (_, number) => messageDraft(room, number));
  const rejoins = messages.map((message) => rejoinInsteadOf(message, room));
  const { message, member } = microsecondsPerCall({
    message: judging(messages, room),
    member: judging(rejoins, room),
  });
  line('authorise a message event, all three passes', `${message.toFixed(1)} µs`);
  line('authorise a member event, all three passes', `${member.toFixed(1)} µs`);
}

/** Bob changes his name, which is a join once more. */
function rejoinInsteadOf(message: EventDraft, room: SampleRoom): EventDraft {
  return {
    ...message,
    type: 'm.room.member',
    state_key: bob,
    content: { membership: 'join', displayname: `Bob at ${message.origin_server_ts}` },
    auth_events: [...(message.auth_events as EventId[]), room.joinRules.eventId],
  };
}

function judging(events: readonly EventDraft[], room: SampleRoom): (call: number) => boolean {
  const built: BuiltEvent[] = [room.create, room.powerLevels, room.joinRules, ...room.joins.values()];
  const byId = new Map(built.map((each) => [each.eventId, each]));
  const state = stateOf(built.map((each) => each.pdu));
  return (call) => {
    const event = events[call % events.length] as EventDraft;
    const authEvents = (event.auth_events as EventId[]).map((id) => ({
      event: byId.get(id)!.pdu,
      rejected: false,
    }));
    const surroundings = { authEvents, create: room.create.pdu, before: state, current: state };
    const judgement = judgeOnReceipt(event, version, surroundings);
    if (judgement.outcome === 'accepted') return true;
    throw new Error(`the sample is ${JSON.stringify(judgement)}`);
  };
}
