// Devices and the access tokens that belong to them: one token each. Client-Server API, "Relationship between access
// tokens and devices" and "Device Management".
import { createHash } from 'node:crypto';
import type { AccountsWriter } from '#databases/accounts/accounts-database';
import type { Identity } from '#domain/identity/identity';
import type { UserId } from '#protocol/matrix/identifiers';
import { ProtocolError } from '#support/errors';
import { deviceIdBytesMax, deviceNameCharactersMax } from '#support/limits';
import { randomToken } from '#support/random';

/** What a client says of the device that it signs in with. */
export interface DeviceRequest {
  readonly deviceId?: string | undefined;
  /** Only counts for a device that is new. */
  readonly initialDisplayName?: string | undefined;
}

/** A session that has been opened. */
export interface Session {
  readonly userId: UserId;
  readonly deviceId: string;
  /** Told once, here; we keep its hash. */
  readonly accessToken: string;
}

/** A device as its user sees it. */
export interface Device {
  readonly deviceId: string;
  readonly displayName?: string;
  readonly lastSeen?: { readonly at: number; readonly address: string };
}

/** 43 characters of 62 kinds: 256 bits. */
const accessTokenCharacters = 43;
const deviceIdCharacters = 10;

export function hashAccessToken(accessToken: string): Buffer {
  return createHash('sha256').update(accessToken).digest();
}

/** Draws a session's token and, where the client has not chosen one, its device id. */
export function drawSession({ random }: Identity, userId: UserId, request: DeviceRequest): Session {
  if (request.deviceId !== undefined) checkDeviceId(request.deviceId);
  if (request.initialDisplayName !== undefined) checkDeviceName(request.initialDisplayName);
  return {
    userId,
    deviceId: request.deviceId ?? randomToken(random, deviceIdCharacters).toUpperCase(),
    accessToken: randomToken(random, accessTokenCharacters),
  };
}

/** Stores a session: its device is made, or a known one gets the new token in place of its old one. */
export async function storeSession(
  writer: AccountsWriter,
  session: Session,
  initialDisplayName: string | undefined,
  now: number,
): Promise<void> {
  const { userId, deviceId, accessToken } = session;
  const tokenHash = hashAccessToken(accessToken).toString('base64');
  const named = initialDisplayName === undefined ? {} : { displayName: initialDisplayName };
  const known = (await writer.device(userId, deviceId)) ?? { createdAt: now, ...named };
  await writer.setDevice(userId, deviceId, { ...known, tokenHash });
}

/** The devices of a user, in the order of their ids. */
export async function listDevices({ accounts }: Identity, userId: UserId): Promise<Device[]> {
  return accounts.read(async (reader) => {
    const seen = await reader.devicesSeen(userId);
    return (await reader.devices(userId)).map(({ deviceId, device }) =>
      toDevice(deviceId, device.displayName, seen.get(deviceId)),
    );
  });
}

/** @throws ProtocolError notFound */
export async function getDevice({ accounts }: Identity, userId: UserId, deviceId: string): Promise<Device> {
  return accounts.read(async (reader) => {
    const device = await reader.device(userId, deviceId);
    if (!device) throw noSuchDevice();
    return toDevice(deviceId, device.displayName, await reader.deviceSeen(userId, deviceId));
  });
}

/** @throws ProtocolError notFound, invalidParam when the name is too long */
export async function renameDevice(
  { accounts }: Identity,
  userId: UserId,
  deviceId: string,
  displayName: string | undefined,
): Promise<void> {
  if (displayName !== undefined) checkDeviceName(displayName);
  await accounts.write(
    async (writer) => {
      const device = await writer.device(userId, deviceId);
      if (!device) throw noSuchDevice();
      if (displayName !== undefined) await writer.setDevice(userId, deviceId, { ...device, displayName });
    },
    { idempotent: true },
  );
}

/** Removes devices and their access tokens; those that are not there count as removed. */
export async function removeDevices(
  { accounts, callers }: Identity,
  userId: UserId,
  deviceIds: readonly string[],
): Promise<void> {
  await accounts.write(
    async (writer) => {
      for (const deviceId of deviceIds) await writer.removeDevice(userId, deviceId);
    },
    { idempotent: true },
  );
  for (const deviceId of deviceIds) callers.forget(userId, deviceId);
}

/** Removes every device of a user and its access token. */
export async function removeAllDevices({ accounts, callers }: Identity, userId: UserId): Promise<void> {
  await accounts.write((writer) => writer.removeDevices(userId), { idempotent: true });
  callers.forget(userId);
}

function toDevice(
  deviceId: string,
  displayName: string | undefined,
  lastSeen: { at: number; address: string } | undefined,
): Device {
  return {
    deviceId,
    ...(displayName === undefined ? {} : { displayName }),
    ...(lastSeen === undefined ? {} : { lastSeen }),
  };
}

function checkDeviceId(deviceId: string): void {
  const fits = deviceId !== '' && Buffer.byteLength(deviceId) <= deviceIdBytesMax;
  if (fits && deviceId.isWellFormed() && !deviceId.includes('\0')) return;
  throw new ProtocolError(
    'invalidParam',
    `A device id has between 1 and ${deviceIdBytesMax} bytes, none of them NUL.`,
  );
}

function checkDeviceName(name: string): void {
  if (name.length <= deviceNameCharactersMax) return;
  throw new ProtocolError(
    'invalidParam',
    `A device's name has at most ${deviceNameCharactersMax} characters.`,
  );
}

function noSuchDevice(): ProtocolError {
  return new ProtocolError('notFound', 'You have no device with this id.');
}
