import { commands, events, namespace } from '@switchboard/protocol';
import type { z } from 'zod';
import { jsonSchemaOf } from './json-schema.ts';

/** A message by its key in the document: a command and an event may have the same name. */
type Messages = Record<string, { readonly name: string; readonly payload: object }>;

/** SPEC 2.1, 2.2: the answer to a command that was refused, or one of the table. */
const answerOf = (result: object): object => ({
  oneOf: [
    { allOf: [{ properties: { ok: { const: true } }, required: ['ok'] }, result] },
    { properties: { ok: { const: false }, error: { type: 'object' } }, required: ['ok', 'error'] },
  ],
});

/** The commands and events as an AsyncAPI document (3.0): one channel, which is a session. */
export function asyncApi(): Record<string, unknown> {
  const sent: Messages = {};
  const answered: Messages = {};
  for (const [name, { input, result }] of Object.entries(commands)) {
    sent[`command.${keyOf(name)}`] = messageOf(name, input, 'input');
    const { payload } = messageOf(name, result, 'output');
    answered[`answer.${keyOf(name)}`] = { name, payload: answerOf(payload) };
  }
  const told: Messages = {};
  for (const [name, payload] of Object.entries(events)) {
    told[`event.${keyOf(name)}`] = messageOf(name, payload, 'output');
  }
  const messages = { ...sent, ...answered, ...told };
  const referred = Object.keys(messages).map((key) => [key, refTo('components', key)]);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Switchboard', version: '1' },
    defaultContentType: 'application/json',
    channels: { session: { address: namespace, messages: Object.fromEntries(referred) } },
    operations: {
      // As AsyncAPI has it, from the cluster's side.
      ...operations(sent, 'receive', (key) => ({
        reply: { messages: [refTo('channels/session', key.replace('command', 'answer'))] },
      })),
      ...operations(told, 'send', () => ({})),
    },
    components: { messages },
  };
}

/** What clients can do, or are told, one operation for each message. */
function operations(
  messages: Messages,
  action: 'send' | 'receive',
  more: (key: string) => object,
): Record<string, object> {
  const operationOf = (key: string) => ({
    action,
    channel: { $ref: '#/channels/session' },
    messages: [refTo('channels/session', key)],
    ...more(key),
  });
  return Object.fromEntries(Object.keys(messages).map((key) => [key, operationOf(key)]));
}

const messageOf = (name: string, payload: z.ZodType, io: 'input' | 'output') => ({
  name,
  payload: jsonSchemaOf(payload, io),
});

const refTo = (where: string, key: string) => ({ $ref: `#/${where}/messages/${key}` });

/** Keys may have letters, digits, dots and hyphens. */
const keyOf = (name: string): string => name.replaceAll(':', '-');
