import { RoomId } from '@switchboard/protocol';
import { vi } from 'vitest';
import type { BelievedRoom } from './model-client.ts';
import type { Program, Step, Weather } from './program.ts';
import { graceMs, type SimulatedClient } from './simulated-client.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { breathe, pass, stopTime } from './simulated-time.ts';

/** A room that a server has prepared: it waits for a host, and can be ended. */
export const appointment = RoomId.parse('appointment');
export const roomIds = [RoomId.parse('r1'), RoomId.parse('r2'), appointment] as const;

/** A signal that a node has accepted; `id` is its data. */
export interface AcceptedSignal {
  readonly id: number;
  readonly from: SimulatedClient;
  readonly to: SimulatedClient;
  readonly roomId: RoomId;
  /** The room as the sender knew it then. */
  readonly room: BelievedRoom;
}

/** A cluster on which a program has been run, and what its clients did. */
export interface Run extends AsyncDisposable {
  readonly cluster: SimulatedCluster;
  readonly accepted: readonly AcceptedSignal[];
}

/** Runs a program step by step, then lets everything come to rest. */
export async function run(program: Program, weather: Weather): Promise<Run> {
  stopTime();
  const isBinding = weather !== 'storm';
  const cluster = await SimulatedCluster.start({ ...program, isBinding });
  await cluster.prepare(appointment);
  const runner = new Runner(cluster, program);
  await runner.connectAll();
  for (const step of program.steps) {
    await runner.take(step);
    await runner.check();
  }
  await runner.rest();
  // A single event that is lost leaves no trace until the next one, and the end of a room none at
  // all; a node is told of a cut.
  if (weather === 'lossy') await runner.reveal();
  if (weather === 'lossy' || weather === 'storm') await runner.compare();
  await runner.check();
  return {
    cluster,
    accepted: runner.accepted,
    [Symbol.asyncDispose]: async () => {
      cluster.close();
      vi.useRealTimers();
    },
  };
}

class Runner {
  readonly accepted: AcceptedSignal[] = [];
  readonly #cluster: SimulatedCluster;
  readonly #program: Program;
  /** Clients that have not gone for good, in a fixed order. */
  #present: SimulatedClient[] = [];
  #signals = 0;

  constructor(cluster: SimulatedCluster, program: Program) {
    this.#cluster = cluster;
    this.#program = program;
  }

  async connectAll(): Promise<void> {
    for (const pick of this.#program.clients) {
      this.#present.push(await this.#cluster.connect(this.#cluster.node(pick)));
    }
    await this.#cluster.network.deliverAll();
  }

  async take(step: Step): Promise<void> {
    const cluster = this.#cluster;
    const { network } = cluster;
    switch (step.do) {
      case 'join':
      case 'leave':
        return this.#who(step.who)[step.do](roomOf(step.room));
      case 'end':
        return this.#who(step.who).end(appointment);
      case 'media':
        return this.#media(this.#who(step.who), roomOf(step.room), step.camera);
      case 'signal':
        return this.#signal(step);
      case 'replace': {
        const client = this.#who(step.who);
        await client.sayGoodbye();
        return this.#succeed(client, step.node);
      }
      case 'deliver':
        return network.deliver(step.pick);
      case 'deliver-all':
        return network.deliverAll();
      case 'pass':
        return pass(step.ms);
      case 'live':
        return this.#live(step.ms);
      case 'disconnect':
        return this.#who(step.who).lose();
      case 'resume':
        return this.#who(step.who).resume(cluster.node(step.node));
      case 'kill':
        return cluster.kill(cluster.node(step.node));
      case 'drop':
      case 'duplicate':
      case 'lose':
        network[step.do](step.pick);
        return;
      case 'fail':
        return network.fail(step.pick, step.when);
      case 'cut':
      case 'mend':
        cluster.node(step.node).link.isCutOff = step.do === 'cut';
        return;
      case 'deafen':
        cluster.node(step.node).link.isDeaf = true;
        return;
      case 'undeafen':
        cluster.node(step.node).hear();
        return breathe();
    }
  }

  /** What must hold at every moment. */
  async check(): Promise<void> {
    const { complaints } = this.#cluster;
    if (complaints.length > 0) throw complaints[0];
    for (const roomId of roomIds) {
      const room = await this.#cluster.stored(roomId);
      const { capacity } = this.#program;
      if (room && room.members.length > capacity) {
        throw new Error(`SPEC 3.1: ${room.members.length} are in a room for ${capacity}`);
      }
    }
    for (const client of this.#present) {
      if (client.state === 'gone') await this.#succeed(client, 0);
    }
  }

  /** Nothing fails any more, everybody comes back who can, and all that is due happens. */
  async rest(): Promise<void> {
    for (const node of this.#cluster.nodes) {
      node.link.isCutOff = false;
      node.hear();
    }
    // Longer than a node is watched before it is buried, and its sessions before they end.
    for (let waited = 0; waited < 4 * graceMs; waited += 1_000) {
      await this.#live(1_000);
      for (const client of this.#present) {
        if (client.state === 'lost') await client.resume(this.#cluster.node(0));
      }
      await this.check();
    }
    await this.#live(graceMs);
  }

  /** One more change in each room, by which a node notices that it has missed the last one. */
  async reveal(): Promise<void> {
    for (const roomId of roomIds) {
      const somebody = this.#present.find(({ model }) => model.rooms.has(roomId));
      if (somebody) await this.#media(somebody, roomId, true);
    }
    await this.#live(4_000);
  }

  /** As long as it takes for a node to compare all its rooms with the store. */
  compare(): Promise<void> {
    return this.#live(31_000, 500);
  }

  async #live(ms: number, stepMs = 50): Promise<void> {
    const { network } = this.#cluster;
    for (let waited = 0; waited < ms; waited += stepMs) {
      await network.deliverAll();
      await pass(stepMs);
    }
    await network.deliverAll();
  }

  #who(pick: number): SimulatedClient {
    return this.#present[pick % this.#present.length] as SimulatedClient;
  }

  /** Another client takes the place of one that is gone. */
  async #succeed(former: SimulatedClient, nodePick: number): Promise<void> {
    const successor = await this.#cluster.connect(this.#cluster.node(nodePick));
    this.#present = this.#present.map((each) => (each === former ? successor : each));
  }

  async #media(who: SimulatedClient, roomId: RoomId, camera: boolean): Promise<void> {
    const input = { roomId, media: { camera } };
    void who.execute('media:update', { input, answered: () => {} });
    await breathe();
  }

  /** From somebody in a room to another one whom that one knows there. */
  async #signal({ who, to: whom }: Extract<Step, { do: 'signal' }>): Promise<void> {
    const pairs = this.#present.flatMap((from) =>
      [...from.model.rooms].flatMap(([roomId, room]) =>
        this.#present
          .filter((to) => to !== from && room.participants.has(to.peerId))
          .map((to) => ({ from, to, roomId, room })),
      ),
    );
    const pair = pairs[(who * 8 + whom) % pairs.length];
    if (!pair) return;
    const id = ++this.#signals;
    const { from, to, roomId } = pair;
    void from.execute('signal', {
      input: { roomId, to: to.peerId, kind: 'custom', data: id },
      answered: (answer) => {
        if ('result' in answer) this.accepted.push({ id, ...pair });
      },
    });
    await breathe();
  }
}

const roomOf = (room: number): RoomId => roomIds[room % roomIds.length] as RoomId;
