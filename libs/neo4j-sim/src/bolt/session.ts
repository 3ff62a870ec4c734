import type { Clock } from '@neo4j-operator/clock';
import type { SimAuth, SimEndpoint, SimFailure, SimRequest, SimResult, SimTransaction } from '../contract.ts';
import { type Dialect, failureMetadata, routingMetadata, summaryMetadata } from './metadata.ts';
import {
  badField,
  cannotImpersonate,
  credentialsExpired,
  terminated,
  unexpected,
  wrongState,
} from './failures.ts';
import type { BoltRequest, SimMap, StreamExtra, TransactionExtra } from './requests.ts';
import { hasLogon, isAllowed, nameOf, type Phase, type SessionState } from './states.ts';
import { type BoltVersion, isAtLeast, speaks } from './versions.ts';

/** What is sent for one message. */
export interface Reply {
  /** `NONE` for GOODBYE, which has no answer. */
  readonly type: 'SUCCESS' | 'FAILURE' | 'IGNORED' | 'NONE';
  readonly metadata: SimMap;
  /** What is sent before; only PULL has them. */
  readonly records: SimResult['rows'] | undefined;
  /** How many records of the same result have been sent before. */
  readonly sentBefore: number;
  /** Whether there is now something that outlasts the connection: a statement in a transaction of its own was run, or one committed. */
  readonly isDurable: boolean;
  /** Whether the server hangs up after it. */
  readonly closes: boolean;
}

/** Who the two sides are. */
export interface SessionOptions {
  readonly endpoint: SimEndpoint;
  readonly clock: Clock;
  readonly version: BoltVersion;
  readonly byManifest: boolean;
  /** `bolt-1` */
  readonly connectionId: string;
}

/** A result that the client reads. */
interface Stream {
  readonly result: SimResult;
  readonly startedAtMs: number;
  readonly isOwnTransaction: boolean;
  position: number;
}

interface Failed {
  readonly ok: false;
  readonly failure: SimFailure;
}

const answerBase = {
  metadata: {},
  records: undefined,
  sentBefore: 0,
  isDurable: false,
  closes: false,
} as const;

/** The answer to what comes after a failure, or before a RESET that is already there. */
export const ignored: Reply = { ...answerBase, type: 'IGNORED' };

/**
 * The server's side of a connection once the version is agreed: takes one message after the other and says what to answer.
 * Bolt manual, "Bolt Protocol server state specification". A statement is carried out whole when RUN comes; PULL hands out its rows.
 */
export class BoltSession {
  readonly #options: SessionOptions;
  readonly #dialect: Dialect;
  #phase: Phase = 'connected';
  #user = '';
  /** Whether the password had to be changed when the user logged in. */
  #hadExpired = false;
  #hasChangedPassword = false;
  #transaction: SimTransaction | undefined;
  readonly #streams = new Map<bigint, Stream>();
  #nextQueryId = 0n;
  #lastQueryId = 0n;
  #interrupt: (() => void) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#dialect = { version: options.version, serverVersion: options.endpoint.version };
  }

  /** What was agreed. */
  get version(): BoltVersion {
    return this.#options.version;
  }

  /** One at a time, in the order of the wire. Never rejects. */
  async handle(request: BoltRequest): Promise<Reply> {
    if (this.#phase === 'failed' && request.type !== 'RESET' && request.type !== 'GOODBYE') return ignored;
    if (!isAllowed(request.type, this.#state(), this.#options.version)) return this.#refuse(request.type);
    try {
      return await this.#answer(request);
    } catch (error) {
      return this.#fail(unexpected(error));
    }
  }

  /**
   * The answer to a message whose fields are wrong. Before the login it can be said again, and 5.26 goes on as if nothing had happened;
   * otherwise a failure like any other.
   */
  malformed(failure: SimFailure): Reply {
    if (this.#phase === 'failed') return ignored;
    const isForgotten = this.#phase === 'connected' || !isAtLeast(this.#dialect.serverVersion, 2025, 1);
    if (!isForgotten) return this.#fail(failure);
    return { ...answerBase, type: 'FAILURE', metadata: failureMetadata(this.#dialect, failure) };
  }

  /** A RESET has come: what is waited for ends now, as a failure. */
  interrupt(): void {
    this.#interrupt?.();
  }

  /** The connection is gone. */
  end(): void {
    this.#phase = 'defunct';
    this.#forget();
    this.interrupt();
  }

  #answer(request: BoltRequest): Reply | Promise<Reply> {
    switch (request.type) {
      case 'HELLO':
        return this.#hello(request.auth);
      case 'LOGON':
        return this.#logOn(request.auth, {});
      case 'LOGOFF':
        this.#phase = 'authentication';
        return success({});
      case 'GOODBYE':
        // After a failure it has an answer, though no client waits for it.
        return { ...answerBase, type: this.#phase === 'failed' ? 'SUCCESS' : 'NONE', closes: true };
      case 'RESET':
        this.#forget();
        this.#phase = 'ready';
        return success({});
      case 'RUN':
        return this.#run(request.text, request.parameters, request.extra);
      case 'BEGIN':
        return this.#begin(request.extra);
      case 'PULL':
      case 'DISCARD':
        return this.#read(request.extra, request.type === 'PULL');
      case 'COMMIT':
        return this.#commit();
      case 'ROLLBACK':
        this.#forget();
        return success({});
      case 'ROUTE':
        return this.#route(request.database, request.impersonatedUser);
      case 'TELEMETRY':
        return success({});
    }
  }

  #hello(auth: SimAuth): Reply {
    const { endpoint, connectionId, version, byManifest } = this.#options;
    const metadata = {
      server: `Neo4j/${endpoint.version}`,
      connection_id: connectionId,
      hints: speaks(version, 5, 8) ? { 'ssr.enabled': true } : {},
      ...(byManifest ? { protocol_version: `${version.major}.${version.minor}` } : {}),
    };
    if (!hasLogon(version)) return this.#logOn(auth, metadata);
    this.#phase = 'authentication';
    return success(metadata);
  }

  #logOn(auth: SimAuth, metadata: SimMap): Reply {
    const { endpoint, version } = this.#options;
    const login = endpoint.login(auth);
    if (!login.ok) return this.#hangUp(login.failure);
    this.#user = login.user;
    this.#hadExpired = login.credentialsExpired;
    this.#hasChangedPassword = false;
    this.#phase = 'ready';
    return success({
      ...metadata,
      ...(login.credentialsExpired ? { credentials_expired: true } : {}),
      ...(speaks(version, 5, 8) ? { advertised_address: endpoint.advertisedAddress } : {}),
    });
  }

  async #run(text: string, parameters: SimMap, extra: TransactionExtra): Promise<Reply> {
    const { endpoint, clock } = this.#options;
    const startedAtMs = clock.monotonic();
    const transaction = this.#transaction;
    const request = this.#request(extra);
    if (!request.ok) return this.#fail(request.failure);
    // The new password counts from the next login on.
    if (this.#hasChangedPassword) return this.#fail(credentialsExpired());
    const answer = await this.#interruptible(
      transaction === undefined
        ? endpoint.run(request.request, text, parameters)
        : transaction.run(text, parameters),
    );
    if (!answer.ok) return this.#fail(answer.failure);
    // There is nothing else that such a user can do.
    this.#hasChangedPassword = this.#hadExpired;
    const { result } = answer;
    const isOwnTransaction = transaction === undefined;
    const queryId = isOwnTransaction ? 0n : this.#nextQueryId++;
    this.#lastQueryId = queryId;
    this.#streams.set(queryId, { result, startedAtMs, isOwnTransaction, position: 0 });
    return {
      ...success({
        fields: result.columns,
        t_first: BigInt(elapsedMs(clock, startedAtMs)),
        ...(isOwnTransaction ? this.#resolved(extra.database, result.database) : { qid: queryId }),
      }),
      isDurable: isOwnTransaction,
    };
  }

  async #begin(extra: TransactionExtra): Promise<Reply> {
    const request = this.#request(extra);
    if (!request.ok) return this.#fail(request.failure);
    const work = this.#options.endpoint.begin(request.request);
    const begun = await this.#interruptible(work);
    if (!begun.ok) {
      // It may still begin, after the client has given up.
      void work.then(
        (late) => {
          if (late.ok) late.transaction.rollback();
        },
        () => undefined,
      );
      return this.#fail(begun.failure);
    }
    this.#transaction = begun.transaction;
    this.#nextQueryId = 0n;
    return success(this.#resolved(extra.database, begun.transaction.database));
  }

  #read({ count, queryId }: StreamExtra, sends: boolean): Reply {
    const id = queryId ?? this.#lastQueryId;
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      const message = `There is no stream ${id}.`;
      return this.#fail(badField(['08N06', '22004'], message, 'Neo.ClientError.Request.InvalidFormat'));
    }
    const { result, position, startedAtMs, isOwnTransaction } = stream;
    const end = Math.min(result.rows.length, count === undefined ? Infinity : position + count);
    stream.position = end;
    const page = {
      ...answerBase,
      records: sends ? result.rows.slice(position, end) : undefined,
      sentBefore: position,
    };
    if (end < result.rows.length) return { ...page, type: 'SUCCESS', metadata: { has_more: true } };
    this.#streams.delete(id);
    const elapsed = elapsedMs(this.#options.clock, startedAtMs);
    const metadata = summaryMetadata(this.#dialect, result, elapsed, isOwnTransaction);
    return { ...page, type: 'SUCCESS', metadata };
  }

  async #commit(): Promise<Reply> {
    const transaction = this.#transaction;
    if (transaction === undefined) return this.#refuse('COMMIT');
    this.#transaction = undefined;
    this.#streams.clear();
    const done = await this.#interruptible(transaction.commit());
    if (!done.ok) return this.#fail(done.failure);
    return { ...success({ bookmark: done.bookmark }), isDurable: true };
  }

  #route(database: string | null, impersonatedUser: string | null): Reply {
    const { endpoint } = this.#options;
    if (impersonatedUser !== null) {
      return this.#fail(cannotImpersonate(impersonatedUser, endpoint.edition));
    }
    const answer = endpoint.route(this.#user, database);
    return answer.ok ? success(routingMetadata(answer.table)) : this.#fail(answer.failure);
  }

  #request(extra: TransactionExtra): { readonly ok: true; readonly request: SimRequest } | Failed {
    const { impersonatedUser, ...rest } = extra;
    if (impersonatedUser !== null) {
      return { ok: false, failure: cannotImpersonate(impersonatedUser, this.#options.endpoint.edition) };
    }
    return { ok: true, request: { ...rest, user: this.#user } };
  }

  /** Since Bolt 5.8 the server says which database is the home of the user. */
  #resolved(asked: string | null, database: string): SimMap {
    return asked === null && speaks(this.#dialect.version, 5, 8) ? { db: database } : {};
  }

  /** What the work gives, or a failure as soon as the client interrupts it. */
  #interruptible<T>(work: Promise<T>): Promise<T | Failed> {
    return new Promise<T | Failed>((resolve, reject) => {
      this.#interrupt = () => {
        resolve({ ok: false, failure: terminated() });
      };
      work.then(resolve, reject);
    }).finally(() => {
      this.#interrupt = undefined;
    });
  }

  #forget(): void {
    this.#transaction?.rollback();
    this.#transaction = undefined;
    this.#streams.clear();
  }

  #fail(failure: SimFailure): Reply {
    this.#phase = 'failed';
    this.#streams.clear();
    return { ...answerBase, type: 'FAILURE', metadata: failureMetadata(this.#dialect, failure) };
  }

  #hangUp(failure: SimFailure): Reply {
    const reply = this.#fail(failure);
    this.#forget();
    this.#phase = 'defunct';
    return { ...reply, closes: true };
  }

  #refuse(type: BoltRequest['type']): Reply {
    const state = nameOf(this.#state());
    return this.#hangUp(wrongState(`The message ${type} cannot be handled in the state ${state}.`));
  }

  #state(): SessionState {
    return {
      phase: this.#phase,
      inTransaction: this.#transaction !== undefined,
      isStreaming: this.#streams.size > 0,
    };
  }
}

function success(metadata: SimMap): Reply {
  return { ...answerBase, type: 'SUCCESS', metadata };
}

function elapsedMs(clock: Clock, since: number): number {
  return Math.round(clock.monotonic() - since);
}
