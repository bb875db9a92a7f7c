import { randomUUID } from 'node:crypto';
import type { Cluster } from '@switchboard/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNodes } from '../cluster/start-nodes.ts';
import {
  bothInCall,
  bothRegistered,
  connect,
  createCall,
  expert,
  register,
  statusOf,
  technician,
  untakenOf,
  untilOffline,
  untilTold,
} from './assist-users.ts';

const refused = { message: expect.any(String) };

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startNodes({ nodes: 2 });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

describe('remote-assist: presence', () => {
  test('register is told to everyone on every node, its sender included, and so is leaving', async () => {
    await untilOffline(cluster, technician, expert);
    using bystander = await connect(cluster, 'n2');
    using tech = await connect(cluster, 'n1');
    tech.emit('register', { userId: technician });
    const online = { userId: technician, status: 'online' };
    expect(await tech.next('user-status-change')).toEqual(online);
    expect(await bystander.next('user-status-change')).toEqual(online);
    expect([...tech.untaken, ...bystander.untaken]).toEqual([]);
    tech[Symbol.dispose]();
    expect(await bystander.next('user-status-change')).toEqual({
      userId: technician,
      status: 'offline',
    });
  });

  test('logout is told to everyone, and the connection can register anew', async () => {
    using both = await bothRegistered(cluster);
    both.helper.emit('logout', { userId: expert });
    const offline = { userId: expert, status: 'offline' };
    expect(await both.tech.next('user-status-change')).toEqual(offline);
    expect(await both.helper.next('user-status-change')).toEqual(offline);
    expect(await statusOf(cluster, expert)).toBe('offline');
    both.helper.emit('register', { userId: expert });
    expect(await both.tech.next('user-status-change')).toEqual({
      userId: expert,
      status: 'online',
    });
  });

  test('logout takes a user out of the call, who can come into it again', async () => {
    using met = await bothInCall(cluster);
    const { callId, tech, helper } = met;
    helper.emit('logout', { userId: expert });
    expect(await tech.next('user-left')).toEqual({ userId: expert, callId });
    await untilTold(tech, { userId: expert, status: 'offline' });
    helper.emit('register', { userId: expert });
    await untilTold(tech, { userId: expert, status: 'online' });
    helper.emit('join-call', { callId, userId: expert, role: 'Expert' });
    expect(await tech.next('user-joined')).toMatchObject({ userId: expert, socketId: helper.id });
  });

  test('reconnect-after-call is answered', async () => {
    using both = await bothRegistered(cluster);
    both.tech.emit('reconnect-after-call', { userId: technician });
    expect(await both.tech.next('reconnect-success')).toEqual({
      userId: technician,
      message: expect.any(String),
    });
    expect(await statusOf(cluster, technician)).toBe('online');
  });

  test('who is back within the grace was never away', async () => {
    using met = await bothInCall(cluster);
    const back = new Promise((resolve) => met.helper.socket.once('connect', () => resolve(null)));
    met.helper.socket.io.engine.close();
    await back;
    met.helper.emit('annotation', {
      ...{ callId: met.callId, id: 'a', text: 'here', x: 1, y: 2, from: expert },
    });
    await met.tech.next('annotation');
    expect(untakenOf(met.tech)).toEqual([]);
    expect(await statusOf(cluster, expert)).toBe('online');
  });

  test('who is away for longer has left the call, and is offline', async () => {
    using met = await bothInCall(cluster);
    met.helper.socket.io.reconnection(false);
    met.helper.socket.io.engine.close();
    expect(await met.tech.next('user-left')).toEqual({ userId: expert, callId: met.callId });
    await untilOffline(cluster, expert);
  });
});

test('remote-assist: who is in no list is told of to whom they have been in a call with', async () => {
  const callId = `call_${randomUUID()}`;
  const [one, other] = [`nina-${callId}`, `nils-${callId}`];
  using nina = await connect(cluster, 'n1');
  using nils = await connect(cluster, 'n2');
  nina.emit('join-call', { callId, userId: one, role: 'Technician' });
  await nina.next('existing-annotations');
  nils.emit('join-call', { callId, userId: other, role: 'Expert' });
  await nils.next('existing-annotations');
  await nina.next('user-joined');
  nils.emit('logout', { userId: other });
  expect(await nina.next('user-left')).toEqual({ userId: other, callId });
  await untilTold(nina, { userId: other, status: 'offline' });
  nils.emit('register', { userId: other });
  await untilTold(nina, { userId: other, status: 'online' });
  nina[Symbol.dispose]();
  await untilTold(nils, { userId: one, status: 'offline' });
});

describe('remote-assist: calls', () => {
  test('a request is answered by an accepted response, and the responder is in', async () => {
    using both = await bothRegistered(cluster);
    const { tech, helper } = both;
    const callId = await createCall(cluster);
    tech.emit('join-call', { callId, userId: technician, role: 'Technician' });
    expect(await tech.next('existing-users')).toEqual({ users: [] });
    expect(await tech.next('existing-annotations')).toEqual({ annotations: [] });
    tech.emit('call-request', { callId, from: technician, to: expert });
    expect(await helper.next('call-request')).toEqual({ callId, from: technician });
    helper.emit('call-response', { callId, from: expert, to: technician, accepted: true });
    expect(await tech.next('call-response')).toEqual({ callId, from: expert, accepted: true });
    const arrival = { userId: expert, role: 'Expert', socketId: helper.id, totalUsers: 2 };
    expect(await tech.next('user-joined')).toEqual(arrival);
    expect(await helper.next('user-joined')).toEqual(arrival);
    expect(untakenOf(tech, helper)).toEqual([]);
    tech.emit('call-request', { callId, from: technician, to: expert });
    expect(await tech.next('error')).toEqual(refused);
  });

  test('who has made a call negotiates in it without having joined', async () => {
    using both = await bothRegistered(cluster);
    const { tech, helper } = both;
    const callId = await createCall(cluster);
    tech.emit('call-request', { callId, from: technician, to: expert });
    await helper.next('call-request');
    helper.emit('call-response', { callId, from: expert, to: technician, accepted: true });
    await tech.next('call-response');
    await helper.next('user-joined');
    const offer = { type: 'offer', sdp: 'v=0' };
    tech.emit('offer', { callId, offer, to: expert });
    expect(await helper.next('offer')).toEqual({ offer, from: technician, callId });
  });

  test('a refusal is told, and the call is no more', async () => {
    using both = await bothRegistered(cluster);
    const { tech, helper } = both;
    const callId = await createCall(cluster);
    tech.emit('call-request', { callId, from: technician, to: expert });
    await helper.next('call-request');
    helper.emit('call-response', { callId, from: expert, to: technician, accepted: false });
    expect(await tech.next('call-response')).toEqual({ callId, from: expert, accepted: false });
    tech.emit('call-request', { callId, from: technician, to: expert });
    expect(await tech.next('error')).toEqual(refused);
    expect(untakenOf(tech, helper)).toEqual([]);
  });

  test('a user in a call is rung all the same', async () => {
    using met = await bothInCall(cluster);
    using other = await register(cluster, 'n1', 'user3');
    const callId = await createCall(cluster);
    met.tech.emit('call-request', { callId, from: technician, to: 'user3' });
    expect(await other.next('call-request')).toEqual({ callId, from: technician });
    other.emit('call-response', { callId, from: 'user3', to: technician, accepted: true });
    await met.tech.next('call-response');
    const another = await createCall(cluster);
    met.tech.emit('call-request', { callId: another, from: technician, to: 'user3' });
    expect(await other.next('call-request')).toEqual({ callId: another, from: technician });
  });

  test('join-call tells who is in, and the others who has come', async () => {
    using met = await bothInCall(cluster);
    expect(met.first).toEqual({ users: [], annotations: [] });
    expect(met.second).toEqual({ users: [technician], annotations: [] });
    expect(met.announced).toEqual({
      ...{ userId: expert, role: 'Expert', socketId: met.helper.id, totalUsers: 2 },
    });
    met.helper.emit('join-call', { callId: met.callId, userId: expert, role: 'Expert' });
    expect(await met.helper.next('existing-users')).toEqual({ users: [technician] });
    await met.helper.next('existing-annotations');
    expect(untakenOf(met.tech, met.helper)).toEqual([]);
  });

  test('end-call is told to the other, and to its sender, who stays connected', async () => {
    using met = await bothInCall(cluster);
    const { callId, tech, helper } = met;
    tech.emit('end-call', { callId, to: expert });
    expect(await helper.next('call-ended')).toEqual({ from: technician, callId });
    expect(await tech.next('call-ended-successfully')).toEqual({
      ...{ userId: technician, callId, message: expect.any(String) },
    });
    tech.emit('ping');
    expect(await tech.next('pong')).toBeUndefined();
  });

  test('end-call before the answer stops the ringing', async () => {
    using both = await bothRegistered(cluster);
    const callId = await createCall(cluster);
    both.tech.emit('call-request', { callId, from: technician, to: expert });
    await both.helper.next('call-request');
    both.tech.emit('end-call', { callId, to: expert });
    expect(await both.helper.next('call-ended')).toEqual({ from: technician, callId });
    await both.tech.next('call-ended-successfully');
  });
});

describe('remote-assist: negotiation', () => {
  test.each([
    ['offer', { offer: { type: 'offer', sdp: 'v=0\r\n' } }],
    ['answer', { answer: { type: 'answer', sdp: 'v=0\r\n' } }],
    ['ice-candidate', { candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } }],
    ['ice-candidate', { candidate: null }],
    ['offer', { offer: 'something else' }],
  ])('%s %j reaches the user it is for', async (event, rest) => {
    using met = await bothInCall(cluster);
    met.tech.emit(event, { callId: met.callId, ...rest, to: expert });
    expect(await met.helper.next(event)).toEqual({ ...rest, from: technician, callId: met.callId });
    expect(untakenOf(met.tech, met.helper)).toEqual([]);
  });
});

describe('remote-assist: annotations', () => {
  test('reach the others, are replaced by id, and are given to who comes later', async () => {
    using met = await bothInCall(cluster);
    const { callId, tech, helper } = met;
    const first = { id: 'a', text: 'this bolt', x: 0.5, y: 0.25, from: technician };
    const second = { ...first, text: 'that bolt', objectId: 'bolt-7' };
    for (const annotation of [first, second]) {
      tech.emit('annotation', { callId, ...annotation });
      expect(await helper.next('annotation')).toEqual(annotation);
    }
    using late = await connect(cluster, 'n2');
    late.emit('join-call', { callId, userId: 'user3', role: 'Expert' });
    expect(await late.next('existing-users')).toEqual({ users: [technician, expert] });
    expect(await late.next('existing-annotations')).toEqual({ annotations: [second] });
  });
});

describe('remote-assist: refuses with a message, and nothing happens,', () => {
  test.each([
    ['register', {}],
    ['logout', { userId: technician }],
    ['reconnect-after-call', {}],
    ['call-request', { callId: 'no such call', from: expert, to: technician }],
    ['call-request', { callId: 'a call', from: technician, to: expert }],
    ['call-request', { callId: 'a call', from: expert }],
    ['call-response', { callId: 'a call', from: expert, to: technician, accepted: true }],
    ['call-response', { callId: 'a call', from: expert, to: technician }],
    ['join-call', { callId: 'a call', userId: expert }],
    ['offer', { callId: 'a call', offer: {}, to: technician }],
    ['offer', { offer: {}, to: technician }],
    ['annotation', { callId: 'a call', id: 'a', text: '', x: 0, y: 0, from: expert }],
    ['annotation', { callId: 'a call', id: 'a', text: '', x: '0', y: 0, from: expert }],
    ['end-call', {}],
    ['no-such-event', {}],
  ])('%s %j', async (event, payload) => {
    using met = await bothInCall(cluster);
    met.helper.emit(event, payload);
    expect(await met.helper.next('error')).toEqual(refused);
    met.helper.emit('offer', { callId: met.callId, offer: {}, to: technician });
    await met.tech.next('offer');
    expect(untakenOf(met.tech, met.helper)).toEqual([]);
  });

  test('a request to a user who is not connected, or for nobody in the call', async () => {
    using both = await bothRegistered(cluster);
    const callId = await createCall(cluster);
    both.tech.emit('call-request', { callId, from: technician, to: 'user5' });
    expect(await both.tech.next('error')).toEqual(refused);
    both.tech.emit('offer', { callId, offer: {}, to: expert });
    expect(await both.tech.next('error')).toEqual(refused);
    expect(untakenOf(both.helper)).toEqual([]);
  });
});
