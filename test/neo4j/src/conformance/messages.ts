// The messages of a client. Bolt manual, "Bolt Protocol message specification".
import type { SimValue } from '@neo4j-operator/neo4j-sim';
import type { Login, Message } from './interaction.ts';

type Values = Readonly<Record<string, SimValue>>;

export const hello: Message = [
  0x01,
  { user_agent: 'conformance/1', bolt_agent: { product: 'conformance/1' } },
];
/** As it was up to Bolt 5.2. */
export const plainHello: Message = [0x01, { user_agent: 'conformance/1' }];
export const logoff: Message = [0x6b];
export const goodbye: Message = [0x02];
export const reset: Message = [0x0f];
export const commit: Message = [0x12];
export const rollback: Message = [0x13];
export const telemetry: Message = [0x54, 1n];
/** A tag that the protocol does not have. */
export const unknown: Message = [0x2a];

export function logon({ username, password }: Login): Message {
  return [0x6a, { scheme: 'basic', principal: username, credentials: password }];
}

export function run(text: string, parameters: Values = {}, extra: Values = { db: 'neo4j' }): Message {
  return [0x10, text, parameters, extra];
}

export function begin(extra: Values = { db: 'neo4j' }): Message {
  return [0x11, extra];
}

export function pull(count = -1n, more: Values = {}): Message {
  return [0x3f, { n: count, ...more }];
}

export function discard(count = -1n): Message {
  return [0x2f, { n: count }];
}

export function route(database: string | null, bookmarks: readonly string[] = []): Message {
  return [0x66, {}, bookmarks, database === null ? {} : { db: database }];
}
