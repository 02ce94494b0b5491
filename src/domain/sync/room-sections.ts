// The sections of a room in a sync's answer, as text. Client-Server API, "GET /sync".

import type { Position } from '#databases/positions';
import { formatHistoryToken } from '#domain/rooms/reading/position-tokens';
import type { JsonText } from '#domain/rooms/reading/reading';

/** One room's part of an answer; the parts that are there may still be empty. */
export interface RoomSections {
  readonly timeline: readonly string[];
  readonly isLimited: boolean;
  /** From where on earlier events can be asked for. */
  readonly prevBatch?: Position | undefined;
  readonly state: readonly string[];
  /** The state is that at the end of the timeline. */
  readonly isStateAfter: boolean;
  readonly ephemeral: readonly object[];
  readonly accountData: readonly object[];
  readonly summary?: object | undefined;
}

export function isEmptyRoom({ timeline, state, ephemeral, accountData }: RoomSections): boolean {
  return timeline.length === 0 && state.length === 0 && ephemeral.length === 0 && accountData.length === 0;
}

/** `GET /sync`, JoinedRoom. */
export function joinedRoomText(sections: RoomSections): JsonText {
  const { ephemeral, summary } = sections;
  const summaryText = summary ? `,"summary":${JSON.stringify(summary)}` : '';
  return `{${sharedText(sections)},"ephemeral":${objectsText(ephemeral)},"unread_notifications":${noNotifications}${summaryText}}` as JsonText;
}

/** `GET /sync`, LeftRoom. */
export function leftRoomText(sections: RoomSections): JsonText {
  return `{${sharedText(sections)}}` as JsonText;
}

function sharedText(sections: RoomSections): string {
  const { timeline, isLimited, prevBatch, state, isStateAfter, accountData } = sections;
  const prevBatchText = prevBatch === undefined ? '' : `,"prev_batch":"${formatHistoryToken(prevBatch)}"`;
  return (
    `"timeline":{"events":[${timeline.join(',')}],"limited":${isLimited}${prevBatchText}}` +
    `,"${isStateAfter ? 'state_after' : 'state'}":${eventsText(state)}` +
    `,"account_data":${objectsText(accountData)}`
  );
}

/** A list of events that are already written. */
export function eventsText(events: readonly string[]): JsonText {
  return `{"events":[${events.join(',')}]}` as JsonText;
}

function objectsText(events: readonly object[]): JsonText {
  return eventsText(events.map((event) => JSON.stringify(event)));
}

/** Notifications are not counted yet. */
const noNotifications = '{"highlight_count":0,"notification_count":0}';
