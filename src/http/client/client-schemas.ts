// Shapes that operations of the client API share. Identifiers in paths and bodies are checked where they come in.
import { z } from 'zod';
import { isUserId, type UserId } from '#protocol/matrix/identifiers';
import { isJsonObject, type JsonObject } from '#protocol/matrix/json';

/** Any JSON object: an event's content, which its sender answers for. */
export const jsonObject = z.custom<JsonObject>(isJsonObject, 'expected an object');

export const userId = z.custom<UserId>(
  (value) => typeof value === 'string' && isUserId(value),
  'expected a user id, such as @alice:example.org',
);

/** `reason` of a membership change: shown to the room. */
export const reasonBody = z.object({ reason: z.string().optional() });

/** Whom a membership change is about, and why. */
export const targetBody = z.object({ user_id: userId, reason: z.string().optional() });
