// The sections of a room in a sync's answer, as text. Client-Server API, "GET /sync".

import type { Position } from '#databases/positions';
import { formatHistoryToken } from '#domain/rooms/reading/position-tokens';
import { type JsonText, jsonArrayText, jsonObjectText } from '#domain/rooms/reading/reading';

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
  return jsonObjectText({
    ...sharedSections(sections),
    ephemeral: eventsText(sections.ephemeral.map((event) => JSON.stringify(event))),
    unread_notifications: noNotifications,
    summary: sections.summary && JSON.stringify(sections.summary),
  });
}

/** `GET /sync`, LeftRoom. */
export function leftRoomText(sections: RoomSections): JsonText {
  return jsonObjectText(sharedSections(sections));
}

function sharedSections({ timeline, isLimited, prevBatch, state, isStateAfter, accountData }: RoomSections) {
  const prevBatchText = prevBatch === undefined ? undefined : JSON.stringify(formatHistoryToken(prevBatch));
  return {
    timeline: jsonObjectText({
      events: jsonArrayText(timeline),
      limited: String(isLimited),
      prev_batch: prevBatchText,
    }),
    [isStateAfter ? 'state_after' : 'state']: eventsText(state),
    account_data: eventsText(accountData.map((event) => JSON.stringify(event))),
  };
}

export function eventsText(events: readonly string[]): JsonText {
  return jsonObjectText({ events: jsonArrayText(events) });
}

/** Notifications are not counted yet. */
const noNotifications = '{"highlight_count":0,"notification_count":0}';
