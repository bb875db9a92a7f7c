/** The STUN and TURN servers that the node names; a call may do without. */
export async function fetchIceServers(token: string): Promise<RTCIceServer[]> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch('/v1/ice-servers', { headers });
    if (!response.ok) return [];
    const { iceServers } = (await response.json()) as { iceServers: RTCIceServer[] };
    return iceServers;
  } catch {
    return [];
  }
}
