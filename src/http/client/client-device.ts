// A device in the form that clients read. Client-Server API, "Device Management".
import type { Device } from '#domain/identity/devices';

export function clientDevice({ deviceId, displayName, lastSeen }: Device): Record<string, unknown> {
  return {
    device_id: deviceId,
    ...(displayName === undefined ? {} : { display_name: displayName }),
    ...(lastSeen === undefined ? {} : { last_seen_ts: lastSeen.at }),
    ...(lastSeen?.address ? { last_seen_ip: lastSeen.address } : {}),
  };
}
