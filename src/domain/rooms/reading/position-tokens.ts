// The tokens that clients hold: `s…` says how far a sync has come in each database, `t…` names a place in a room's
// history. Client-Server API, "Syncing" and "Pagination"; to clients both are opaque.
import { LRUCache } from 'lru-cache';
import { type Position, positionFromText, positionToText } from '#databases/positions';
import { ProtocolError } from '#support/errors';
import { recentTokensMax } from '#support/limits';

/** How far somebody has come in each database: everything up to here, and nothing behind it. */
export interface SyncPositions {
  readonly rooms: Position;
  readonly accounts: Position;
  readonly transitory: Position;
}

// Many clients stand at the same place, and come back with the token that they were given last.
const recentTokens = new LRUCache<string, SyncPositions>({ max: recentTokensMax });
const textOf = new WeakMap<SyncPositions, string>();

export function formatSyncToken(positions: SyncPositions): string {
  const known = textOf.get(positions);
  if (known !== undefined) return known;
  const { rooms, accounts, transitory } = positions;
  const token = `s${positionToText(rooms)}.${positionToText(accounts)}.${positionToText(transitory)}`;
  textOf.set(positions, token);
  recentTokens.set(token, positions);
  return token;
}

/** @throws ProtocolError invalidParam for what was never handed out */
export function parseSyncToken(token: string): SyncPositions {
  const recent = recentTokens.get(token);
  if (recent) return recent;
  const parts = token.startsWith('s') && token.length <= tokenCharactersMax ? token.slice(1).split('.') : [];
  const [rooms, accounts, transitory] = parts.map(positionFromText);
  if (parts.length === 3 && rooms && accounts && transitory) return { rooms, accounts, transitory };
  throw invalidToken();
}

/** A place between two events of a room: behind everything up to `position`. */
export function formatHistoryToken(position: Position): string {
  return `t${positionToText(position)}`;
}

/**
 * The place in a room's history that a token names: one of ours for pages of history, or where a sync had come to.
 * @throws ProtocolError invalidParam for what was never handed out
 */
export function parseHistoryToken(token: string): Position {
  if (token.startsWith('s')) return parseSyncToken(token).rooms;
  const position = token.startsWith('t') ? positionFromText(token.slice(1)) : undefined;
  if (position) return position;
  throw invalidToken();
}

export function invalidToken(): ProtocolError {
  return new ProtocolError('invalidParam', 'This is no token that this server has handed out.');
}

const tokenCharactersMax = 1 + 3 * 16 + 2;
