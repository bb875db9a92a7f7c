import {
  makesFirstOffer,
  type Participant,
  type PeerId,
  type Room,
  SwitchboardClient,
} from '@switchboard/client';
import { relayNames, sdkAbilities } from '@switchboard/dialects';
import { Recorder } from '@switchboard/testkit/contracts';
import type { Act, ActInRoom, NegotiationData } from './act.ts';
import type { Address, Driver } from './driver.ts';

/** Which part of a participant's media is which act. */
const mediaKinds = [
  ['microphone', 'microphone'],
  ['camera', 'camera'],
  ['screen', 'screen share'],
] as const;

const nameOf = ({ userId, peerId }: Participant): string => userId ?? peerId;

/** The canonical protocol, by the SDK. */
export const sdk: Driver = {
  ...sdkAbilities,
  firstOffer: 'present',
  attend: async (url, userId) => {
    const client = new SwitchboardClient();
    const peerId = await client.connect({ url, transports: ['websocket'] });
    if (userId !== null) await client.identify({ userId });
    const told = new Recorder<Act>();
    const offersTo = new Recorder<string>();
    let room: Room | undefined;
    const entered = () => {
      if (!room) throw new Error('is not in a room yet');
      return room;
    };
    return {
      address: { peerId, userId: userId ?? peerId },
      told,
      offersTo,
      join: async (roomId) => {
        const media = { camera: true, microphone: true, screen: false };
        room = await client.join(roomId, { media });
        listen(room, told.record);
        meet(room, offersTo.record);
      },
      act: (act, to) => perform(act, { room: entered(), client, to }),
      leave: () => entered().leave(),
      [Symbol.dispose]: () => client.close(),
    };
  },
};

/** Whom its peer connections offer to: they do as this function of the SDK says. */
function meet(room: Room, offerTo: (user: string) => void): void {
  const look = (participant: Participant) => {
    if (makesFirstOffer(room, participant.peerId)) offerTo(nameOf(participant));
  };
  for (const participant of room.others) look(participant);
  room.on('participantJoined', ({ participant }) => look(participant));
}

function listen(room: Room, tell: (act: Act) => void): void {
  room.on('participantJoined', ({ participant }) =>
    tell({ kind: 'join', userId: nameOf(participant) }),
  );
  room.on('participantLeft', ({ participant }) =>
    tell({ kind: 'leave', userId: nameOf(participant) }),
  );
  room.on('participantUpdated', ({ participant, previous }) => {
    for (const [part, kind] of mediaKinds) {
      const isOn = participant.media[part];
      if (isOn !== previous.media[part]) tell({ kind, isOn });
    }
  });
  room.chat.on('message', ({ text }) => tell({ kind: 'chat', text }));
  room.typing.on('changed', ({ isTyping: isOn }) => tell({ kind: 'typing', isOn }));
  room.annotations.on('changed', ({ data }) =>
    tell({ kind: 'annotation', text: (data as { text: string }).text }),
  );
  room.on('relayed', ({ name }) => {
    if (name === relayNames.callEnded) tell({ kind: 'end call' });
  });
  room.on('left', ({ reason }) => {
    if (reason === 'ended') tell({ kind: 'end call' });
  });
  room.on('signal', ({ kind, data }) => {
    if (kind !== 'offer' && kind !== 'answer' && kind !== 'candidate') return;
    // RTCPeerConnection passes over it as well.
    const { shape: _, ...bare } = data as Record<string, unknown>;
    tell({ kind, data: bare as NegotiationData });
  });
}

interface Scene {
  readonly room: Room;
  readonly client: SwitchboardClient;
  readonly to: Address;
}

async function perform(act: ActInRoom, { room, client, to }: Scene): Promise<void> {
  switch (act.kind) {
    case 'offer':
    case 'answer':
    case 'candidate':
      return room.sendSignal(to.peerId as PeerId, act.kind, act.data);
    case 'microphone':
    case 'camera':
      await room.setMedia({ [act.kind]: act.isOn });
      return;
    case 'screen share':
      await room.setMedia({ screen: act.isOn });
      return;
    case 'chat':
      await room.chat.send(act.text);
      return;
    case 'typing':
      return room.typing.set(act.isOn);
    case 'annotation':
      await room.annotations.put('mark-1', { text: act.text });
      return;
    case 'end call':
      return client.endRoom(room.id);
  }
}
