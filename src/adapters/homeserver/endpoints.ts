/** Everything that the service calls, as the specification writes it. */
const ENDPOINTS = [
  "/_dendrite/admin/purgeRoom/{roomId}",
  "/_dendrite/admin/registrationTokens",
  "/_matrix/client/v1/appservice/{appserviceId}/ping",
  "/_matrix/client/v1/auth_metadata",
  "/_matrix/client/v1/media/config",
  "/_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}",
  "/_matrix/client/v1/rooms/{roomId}/hierarchy",
  "/_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}",
  "/_matrix/client/v3/account/whoami",
  "/_matrix/client/v3/capabilities",
  "/_matrix/client/v3/createRoom",
  "/_matrix/client/v3/devices",
  "/_matrix/client/v3/devices/{deviceId}",
  "/_matrix/client/v3/directory/room/{roomAlias}",
  "/_matrix/client/v3/join/{roomIdOrAlias}",
  "/_matrix/client/v3/joined_rooms",
  "/_matrix/client/v3/keys/claim",
  "/_matrix/client/v3/keys/device_signing/upload",
  "/_matrix/client/v3/keys/query",
  "/_matrix/client/v3/keys/signatures/upload",
  "/_matrix/client/v3/keys/upload",
  "/_matrix/client/v3/profile/{userId}",
  "/_matrix/client/v3/profile/{userId}/{keyName}",
  "/_matrix/client/v3/register",
  "/_matrix/client/v3/rooms/{roomId}/context/{eventId}",
  "/_matrix/client/v3/rooms/{roomId}/event/{eventId}",
  "/_matrix/client/v3/rooms/{roomId}/forget",
  "/_matrix/client/v3/rooms/{roomId}/initialSync",
  "/_matrix/client/v3/rooms/{roomId}/invite",
  "/_matrix/client/v3/rooms/{roomId}/kick",
  "/_matrix/client/v3/rooms/{roomId}/leave",
  "/_matrix/client/v3/rooms/{roomId}/members",
  "/_matrix/client/v3/rooms/{roomId}/messages",
  "/_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}",
  "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}",
  "/_matrix/client/v3/rooms/{roomId}/state",
  "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}",
  "/_matrix/client/v3/sendToDevice/{eventType}/{txnId}",
  "/_matrix/client/v3/sync",
  "/_matrix/client/v3/user/{userId}/account_data/{type}",
  "/_matrix/client/versions",
  "/_matrix/federation/v1/openid/userinfo",
  "/_matrix/federation/v1/version",
  "/_matrix/media/v3/upload",
  "/_synapse/admin/v1/media/{serverName}/{mediaId}",
  "/_synapse/admin/v1/rooms",
  "/_synapse/admin/v1/rooms/{roomId}/messages",
  "/_synapse/admin/v1/rooms/{roomId}/state",
  "/_synapse/admin/v1/server_version",
  "/_synapse/admin/v1/users/{userId}/accountdata",
  "/_synapse/admin/v2/rooms/{roomId}",
  "/_synapse/admin/v2/rooms/delete_status/{deleteId}",
  "/_synapse/admin/v2/users/{userId}",
  "/_synapse/client/roomporter/v1",
  "/_synapse/client/roomporter/v1/batch",
].map((pattern) => ({ pattern, segments: pattern.split("/") }));

/** By their number of segments. */
const BY_LENGTH = Map.groupBy(ENDPOINTS, ({ segments }) => segments.length);

/** The pattern behind an address (encoded, a query may follow), or "other": a label that names no room, user or event. */
export function endpointOf(address: string): string {
  const query = address.indexOf("?");
  const segments = (query < 0 ? address : address.slice(0, query)).split("/");
  for (const { pattern, segments: expected } of BY_LENGTH.get(segments.length) ?? [])
    if (fits(segments, expected)) return pattern;
  return "other";
}

/** Each call is counted under its pattern: from behind, where they differ the most. */
function fits(segments: readonly string[], expected: readonly string[]): boolean {
  for (let at = expected.length - 1; at >= 0; at--) {
    const segment = expected[at] ?? "";
    if (!segment.startsWith("{") && segment !== segments[at]) return false;
  }
  return true;
}
