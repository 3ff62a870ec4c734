import { type Clock, sleep, type Timer, type VirtualClock, withDeadline } from '@neo4j-operator/clock';
import { concatMap, filter, type Observable, Subject } from 'rxjs';
import type { RequestOptions } from '../client/client.ts';
import { KubeError, type KubeErrorReason } from '../core/errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import type { Lease } from './lease.ts';
import type { LeaseClient } from './lease-record.ts';

/** One Lease as the API server keeps it: resourceVersion is the precondition of a PUT, uid and existence are checked. */
export class LeaseServer {
  /** Every state of the Lease, undefined when it was deleted. */
  readonly changes$ = new Subject<Stored<Lease> | undefined>();
  /** What was asked, in order of arrival. */
  readonly requests: string[] = [];
  lease: Stored<Lease> | undefined;
  #version = 0;

  get(): Stored<Lease> | undefined {
    this.requests.push('GET');
    return this.lease;
  }

  create(lease: Lease): Stored<Lease> {
    this.requests.push('POST');
    if (this.lease !== undefined) throw failure('AlreadyExists');
    return this.#store(lease, `uid-${String(this.#version)}`);
  }

  replace(lease: Stored<Lease>): Stored<Lease> {
    this.requests.push('PUT');
    if (this.lease === undefined) throw failure('NotFound');
    if (lease.metadata.resourceVersion !== this.lease.metadata.resourceVersion) throw failure('Conflict');
    return this.#store(lease, this.lease.metadata.uid);
  }

  delete(): void {
    this.lease = undefined;
    this.changes$.next(undefined);
  }

  #store(lease: Lease, uid: string): Stored<Lease> {
    const resourceVersion = String(++this.#version);
    this.lease = { ...lease, metadata: { ...lease.metadata, uid, resourceVersion } };
    this.changes$.next(this.lease);
    return this.lease;
  }
}

/** What stands between one process and the server. Milliseconds; asked anew for each message. */
export interface Network {
  delayMs: () => number;
  /** True: the message is lost. */
  loses: () => boolean;
  /** True: the watch shows nothing. */
  watchIsBroken: boolean;
}

export function perfectNetwork(): Network {
  return { delayMs: () => 0, loses: () => false, watchIsBroken: false };
}

/** The way from one process to the server. */
export interface Link {
  readonly server: LeaseServer;
  /** The clock of the process: an answer waits until it goes on. */
  readonly clock: Clock;
  /** The clock of the world: what was sent arrives though the process stands still. */
  readonly world: Clock;
  readonly network: Network;
}

/** The election's requests of one process: each way takes its time, and a lost message is noticed by the deadline only. */
export function connect({ server, clock, world, network }: Link): LeaseClient {
  function exchange<R>(onServer: () => R, options: RequestOptions = {}): Promise<R> {
    const { deadlineMs = 10_000, signal } = options;
    return withDeadline(
      clock,
      deadlineMs,
      signal,
      () => failure('DeadlineExceeded'),
      async (ended) => {
        const outcome = roundTrip(onServer);
        const abort = new Promise<never>((_, reject) => {
          const onAbort = (): void => {
            reject(signal?.aborted === true ? failure('Aborted') : failure('DeadlineExceeded'));
          };
          if (ended.aborted) onAbort();
          else ended.addEventListener('abort', onAbort, { once: true });
        });
        return Promise.race([outcome, abort]);
      },
    );
  }

  async function roundTrip<R>(onServer: () => R): Promise<R> {
    await message(world);
    let answer: () => R;
    try {
      const result = onServer();
      answer = () => result;
    } catch (error) {
      answer = () => {
        throw error;
      };
    }
    await message(clock);
    return answer();
  }

  async function message(way: Clock): Promise<void> {
    if (network.loses()) await new Promise(() => undefined);
    await sleep(way, network.delayMs());
  }

  return {
    get: <T extends KubeObject>(_resource: unknown, _key: unknown, options?: RequestOptions) =>
      exchange(() => server.get() as Stored<T> | undefined, options),
    create: <T extends KubeObject>(_resource: unknown, lease: T, options?: RequestOptions) =>
      exchange(() => server.create(lease) as Stored as Stored<T>, options),
    replace: <T extends KubeObject>(_resource: unknown, lease: Stored<T>, options?: RequestOptions) =>
      exchange(() => server.replace(lease) as Stored as Stored<T>, options),
  };
}

/** The watch of one process: in order, each event after its delay. */
export function watch({ server, clock, network }: Link): Observable<Stored<Lease> | undefined> {
  return server.changes$.pipe(
    filter(() => !network.watchIsBroken),
    concatMap((lease) => sleep(clock, network.delayMs()).then(() => lease)),
  );
}

/** A process with clocks of its own origin, which can stand still: no timer of it fires until it goes on. */
export class ProcessClock implements Clock {
  readonly #world: VirtualClock;
  readonly #offsetMs: number;
  #pausedUntil = 0;

  constructor(world: VirtualClock, offsetMs: number) {
    this.#world = world;
    this.#offsetMs = offsetMs;
  }

  /** Stands still for some time; time itself goes on. */
  pause(durationMs: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.monotonic() + durationMs);
  }

  now(): number {
    return this.#world.now() + this.#offsetMs;
  }

  monotonic(): number {
    return this.#world.monotonic() + this.#offsetMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    let timer = this.#world.setTimer(delayMs, () => {
      fire();
    });
    const fire = (): void => {
      const leftMs = this.#pausedUntil - this.#world.monotonic();
      if (leftMs > 0) timer = this.#world.setTimer(leftMs, fire);
      else callback();
    };
    return {
      cancel: () => {
        timer.cancel();
      },
    };
  }

  yield(): Promise<void> {
    return this.#world.yield();
  }
}

function failure(reason: KubeErrorReason): KubeError {
  return new KubeError(`the lease server answered ${reason}`, { reason });
}
