import type { EventPayload, Participant, RoomSnapshot } from '@switchboard/protocol';
import type { Socket } from 'socket.io-client';

/** A room as a client knows it: the snapshot of its join, changed by what it is told. */
export class RoomModel {
  #room: Pick<RoomSnapshot, 'incarnation' | 'rev'>;
  #participants: Map<string, Participant>;

  constructor(room: RoomSnapshot) {
    this.#room = room;
    this.#participants = byId(room);
  }

  /** Who is in it, in the order of their seats. */
  get peerIds(): string[] {
    const seated = [...this.#participants.values()].sort((a, b) => a.seat - b.seat);
    return seated.map(({ peerId }) => peerId);
  }

  replace(room: RoomSnapshot): void {
    this.#room = room;
    this.#participants = byId(room);
  }

  joined({ participant, ...at }: EventPayload<'participant:joined'>): void {
    this.#advance(at);
    this.#participants.set(participant.peerId, participant);
  }

  left({ peerId, ...at }: EventPayload<'participant:left'>): void {
    this.#advance(at);
    if (!this.#participants.delete(peerId)) throw new Error(`${peerId} left and was not in`);
  }

  #advance({ incarnation, rev }: Pick<RoomSnapshot, 'incarnation' | 'rev'>): void {
    const known = this.#room;
    if (incarnation !== known.incarnation || rev <= known.rev) {
      throw new Error(
        `SPEC 3.7: told of ${rev} of ${incarnation}, at ${known.rev} of ${known.incarnation}`,
      );
    }
    this.#room = { incarnation, rev };
  }
}

/** The rooms that a client is in, kept by its events. */
export class RoomModels {
  readonly rooms = new Map<string, RoomModel>();
  /** What made no sense. */
  readonly complaints: unknown[] = [];

  constructor(socket: Socket) {
    const watch =
      <Payload extends { roomId: string }>(take: (room: RoomModel, payload: Payload) => void) =>
      (payload: Payload) => {
        try {
          const room = this.rooms.get(payload.roomId);
          if (!room) throw new Error(`SPEC 3.7: told of ${payload.roomId} without being in it`);
          take(room, payload);
        } catch (error) {
          this.complaints.push(error);
        }
      };
    socket.on(
      'participant:joined',
      watch((room, payload: EventPayload<'participant:joined'>) => room.joined(payload)),
    );
    socket.on(
      'participant:left',
      watch((room, payload: EventPayload<'participant:left'>) => room.left(payload)),
    );
    socket.on(
      'room:state',
      watch((room, payload: RoomSnapshot) => room.replace(payload)),
    );
  }
}

const byId = ({ participants }: RoomSnapshot): Map<string, Participant> =>
  new Map(participants.map((each) => [each.peerId, each]));
