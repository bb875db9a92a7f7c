import { inviteLink } from './page-options.ts';

/**
 * Puts the link to a room where it can be pasted from.
 *
 * @returns what to say about it; without a clipboard, as on plain http, it is the link itself.
 */
export async function copyInvite(roomId: string): Promise<string> {
  const link = inviteLink(location.href, roomId);
  try {
    await navigator.clipboard.writeText(link);
    return 'The link is copied';
  } catch {
    return link;
  }
}
