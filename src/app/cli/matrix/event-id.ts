// `matrix event-id`: the id that an event has in a room version. Room versions 1, 3 and 4, "Event IDs".
import { badInput, inputObject, versionedTool } from '#app/cli/matrix/tool';
import { eventIdOf } from '#protocol/matrix/hashes';
import { ownString } from '#protocol/matrix/json';

export const eventId = versionedTool((input, version) => {
  const event = inputObject(input, 'event', version);
  if (version.eventIds === 'chosen' && ownString(event, 'event_id') === undefined) {
    throw badInput(`event: in room version ${version.id} events say their event_id.`);
  }
  return { event_id: eventIdOf(event, version) };
});
