import type { SimAuth, SimFailure, SimValue } from '../contract.ts';
import { badField, unexpected } from './failures.ts';
import { PackStreamError, type PackStructure } from './packstream.ts';
import { type BoltVersion, speaks } from './versions.ts';

/** A map of values. */
export type SimMap = Readonly<Record<string, SimValue>>;

/** What comes with RUN outside of a transaction, and with BEGIN. */
export interface TransactionExtra {
  readonly database: string | null;
  readonly access: 'read' | 'write';
  readonly bookmarks: readonly string[];
  readonly timeoutMs: number | undefined;
  readonly impersonatedUser: string | null;
}

/** Which stream is meant, and how much of it. */
export interface StreamExtra {
  /** All of it if not given. */
  readonly count: number | undefined;
  /** The last one if not given. */
  readonly queryId: bigint | undefined;
}

/** A message of a client. */
export type BoltRequest =
  /** Up to Bolt 5.0 the login is part of it. */
  | { readonly type: 'HELLO'; readonly auth: SimAuth }
  | { readonly type: 'LOGON'; readonly auth: SimAuth }
  | { readonly type: 'LOGOFF' }
  | { readonly type: 'GOODBYE' }
  | { readonly type: 'RESET' }
  | {
      readonly type: 'RUN';
      readonly text: string;
      readonly parameters: SimMap;
      readonly extra: TransactionExtra;
    }
  | { readonly type: 'BEGIN'; readonly extra: TransactionExtra }
  | { readonly type: 'PULL'; readonly extra: StreamExtra }
  | { readonly type: 'DISCARD'; readonly extra: StreamExtra }
  | { readonly type: 'COMMIT' }
  | { readonly type: 'ROLLBACK' }
  | { readonly type: 'ROUTE'; readonly database: string | null; readonly impersonatedUser: string | null }
  | { readonly type: 'TELEMETRY' };

/** A known message whose fields are wrong. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly failure: SimFailure;

  constructor(failure: SimFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * Reads a message. Bolt manual, "Bolt Protocol message specification".
 *
 * @throws PackStreamError for one that is unknown
 * @throws RequestError
 */
export function requestOf({ tag, fields }: PackStructure, version: BoltVersion): BoltRequest {
  const [first, second, third] = fields;
  switch (tag) {
    case 0x01:
      checkAgent(mapOf(first), version);
      return { type: 'HELLO', auth: authOf(mapOf(first)) };
    case 0x6a:
      return { type: 'LOGON', auth: authOf(mapOf(first)) };
    case 0x6b:
      return { type: 'LOGOFF' };
    case 0x02:
      return { type: 'GOODBYE' };
    case 0x0f:
      return { type: 'RESET' };
    case 0x10:
      return {
        type: 'RUN',
        text: textOf(first),
        parameters: mapOf(second),
        extra: transactionExtraOf(mapOf(third)),
      };
    case 0x11:
      return { type: 'BEGIN', extra: transactionExtraOf(mapOf(first)) };
    case 0x3f:
      return { type: 'PULL', extra: streamExtraOf(mapOf(first)) };
    case 0x2f:
      return { type: 'DISCARD', extra: streamExtraOf(mapOf(first)) };
    case 0x12:
      return { type: 'COMMIT' };
    case 0x13:
      return { type: 'ROLLBACK' };
    case 0x66: {
      const extra = mapOf(third);
      return { type: 'ROUTE', database: text(extra['db']), impersonatedUser: text(extra['imp_user']) };
    }
    case 0x54:
      checkInterface(first);
      return { type: 'TELEMETRY' };
    default:
      throw new PackStreamError(`an unknown message, 0x${tag.toString(16)}`);
  }
}

/** Who speaks: required, and since Bolt 5.3 in detail, too. */
function checkAgent(map: SimMap, version: BoltVersion): void {
  if (typeof map['user_agent'] !== 'string') {
    throw new RequestError(badField(['08N06', '22N05', '22004'], 'user_agent is missing'));
  }
  const agent = map['bolt_agent'];
  const isNamed = isMap(agent) && typeof agent['product'] === 'string';
  if (speaks(version, 5, 3) && !isNamed) {
    throw new RequestError(badField(['08N06', '22G03', '22N01'], 'bolt_agent is no map with a product'));
  }
}

/** Of the interfaces of a driver there are four. Servers break down at others. */
function checkInterface(api: SimValue | undefined): void {
  if (typeof api === 'bigint' && api >= 0n && api <= 3n) return;
  throw new RequestError(unexpected(new Error('an unknown interface of a driver')));
}

function authOf(map: SimMap): SimAuth {
  return {
    scheme: text(map['scheme']) ?? 'none',
    principal: text(map['principal']) ?? '',
    credentials: text(map['credentials']) ?? '',
  };
}

function transactionExtraOf(map: SimMap): TransactionExtra {
  const bookmarks = map['bookmarks'];
  return {
    database: text(map['db']),
    access: map['mode'] === 'r' ? 'read' : 'write',
    bookmarks: Array.isArray(bookmarks) ? bookmarks.filter((bookmark) => typeof bookmark === 'string') : [],
    timeoutMs: integer(map['tx_timeout']),
    impersonatedUser: text(map['imp_user']),
  };
}

function streamExtraOf(map: SimMap): StreamExtra {
  const count = integer(map['n']);
  if (count === undefined) {
    throw new RequestError(badField(['08N06', '08N06', '22N05', '22004'], 'n is missing'));
  }
  if (count === 0 || count < -1) {
    throw new RequestError(badField(['08N06', '08N06', '22N03'], 'n has to be -1 or more than 0'));
  }
  const queryId = map['qid'];
  return {
    count: count === -1 ? undefined : count,
    queryId: typeof queryId === 'bigint' && queryId !== -1n ? queryId : undefined,
  };
}

function mapOf(value: SimValue | undefined): SimMap {
  if (isMap(value)) return value;
  throw missing('a map');
}

function textOf(value: SimValue | undefined): string {
  if (typeof value === 'string') return value;
  throw missing('a text');
}

function missing(what: string): RequestError {
  const message = `${what} is missing`;
  return new RequestError(badField(['08N11', '22N57'], message, 'Neo.ClientError.Request.InvalidFormat'));
}

function isMap(value: SimValue | undefined): value is SimMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function text(value: SimValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function integer(value: SimValue | undefined): number | undefined {
  return typeof value === 'bigint' ? Number(value) : undefined;
}
