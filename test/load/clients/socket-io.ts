import type { Connection } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { encodeFrame } from './frames.ts';

const path = (): string => '/socket.io/?EIO=4&transport=websocket';
const ping = '2'.charCodeAt(0);
const pong = encodeFrame('3');

/** Answers the heartbeat of Engine.IO, for as long as the connection lasts. */
function keepAlive(connection: Connection): void {
  connection.onText = (text) => {
    if (text[0] === ping && text.length === 1) connection.send(pong);
  };
}

/** Whether an event has an id, to which the server answers when it has been dealt with. */
interface Acknowledgement {
  readonly acknowledged: boolean;
}

/** What the canonical protocol says, SPEC 4. */
export const switchboard = ({ acknowledged }: Acknowledgement): Dialect => ({
  path,
  async open(connection) {
    keepAlive(connection);
    await connection.next((text) => text.startsWith('0{'));
    connection.say('40/v1,');
    const welcome = await connection.next((text) => text.startsWith('42/v1,["welcome",'));
    return JSON.parse(welcome.slice('42/v1,'.length))[1].peerId;
  },
  async join(connection, roomId) {
    connection.say(`42/v1,0${JSON.stringify(['room:join', { roomId, capacity: 200 }])}`);
    const answer = await connection.next((text) => text.startsWith('43/v1,0['));
    if (!answer.startsWith('43/v1,0[{"ok":true')) throw new Error(`join was refused: ${answer}`);
  },
  signal: ({ room: roomId, ...rest }) =>
    `42/v1,${acknowledged ? '1' : ''}${JSON.stringify(['signal', { roomId, ...rest }])}`,
  isSignal: startsWith('42/v1,["signal"'),
  goodbye: '41/v1,',
});

/** What the thirty-line relays in `peers/` understand. */
export const plainSocketIo = ({ acknowledged }: Acknowledgement): Dialect => ({
  path,
  async open(connection) {
    keepAlive(connection);
    await connection.next((text) => text.startsWith('0{'));
    connection.say('40');
    const connected = await connection.next((text) => text.startsWith('40{'));
    return JSON.parse(connected.slice('40'.length)).sid;
  },
  async join(connection, room) {
    connection.say(`420${JSON.stringify(['join', room])}`);
    await connection.next((text) => text.startsWith('430['));
  },
  signal: ({ room: _, ...rest }) =>
    `42${acknowledged ? '1' : ''}${JSON.stringify(['signal', rest])}`,
  isSignal: startsWith('42["signal"'),
  goodbye: '41',
});

function startsWith(text: string): (bytes: Buffer) => boolean {
  const start = Buffer.from(text);
  return (bytes) => bytes.length > start.length && start.equals(bytes.subarray(0, start.length));
}
