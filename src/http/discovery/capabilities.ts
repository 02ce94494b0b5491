// What a signed-in client may do here: Client-Server API, "Capabilities negotiation".
import { operation } from '#http/operation';
import { defaultRoomVersion, roomVersions } from '#protocol/matrix/room-versions';

export const capabilities = () =>
  operation({
    id: 'getCapabilities',
    spec: 'https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3capabilities',
    method: 'GET',
    path: '/_matrix/client/v3/capabilities',
    access: 'user',
    rate: 'read',
    answer: () => ({
      capabilities: {
        'm.room_versions': {
          default: defaultRoomVersion.id,
          available: Object.fromEntries([...roomVersions.keys()].map((id) => [id, 'stable'])),
        },
        'm.change_password': { enabled: true },
        'm.3pid_changes': { enabled: false },
        'm.get_login_token': { enabled: false },
        'm.profile_fields': { enabled: true },
        'm.set_displayname': { enabled: true },
        'm.set_avatar_url': { enabled: true },
      },
    }),
  });
