import type { Clock } from '@neo4j-operator/clock';
import type { LiveReader, RequestOptions, Writer } from '../client/client.ts';
import { isKubeError } from '../core/errors.ts';
import { type ObjectKey, parseKey } from '../core/key.ts';
import type { Stored } from '../core/object.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import { apiVersionOf } from '../core/resource.ts';
import { holderOf, type Lease, leases, type LeaseSpec, mayAcquireAt } from './lease.ts';

/** The requests that an election needs. */
export type LeaseClient = Pick<LiveReader, 'get'> & Pick<Writer, 'create' | 'replace'>;

export interface LeaseChange {
  /** Asked about the record before it is written. */
  readonly allowed: () => boolean;
  /** The record to write, made of the one that is there. */
  readonly spec: (previous: LeaseSpec | undefined) => LeaseSpec;
  /** Milliseconds for all requests of the change together. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** Told when a read was needed first. */
  readonly onRead?: () => void;
}

/**
 * What this process knows of a Lease, and since when by its own clock.
 *
 * A Lease that was deleted counts with its last holder until that one's time is over: the holder's gate is still open.
 */
export class LeaseRecord {
  readonly #client: LeaseClient;
  readonly #clock: Clock;
  readonly #key: ObjectKey;
  #lease: Stored<Lease> | undefined;
  #exists = false;
  #seenAt = -Infinity;
  /** False when nothing was read yet, when a write has failed in between, or met a state that is not the one we know. */
  #isCertain = false;
  #wasWritten = false;

  constructor(client: LeaseClient, clock: Clock, key: ObjectKey) {
    this.#client = client;
    this.#clock = clock;
    this.#key = key;
  }

  /** Who holds the lease, or held it when it was deleted. */
  get holder(): string | undefined {
    return holderOf(this.#lease?.spec);
  }

  /** False when there is no Lease, as far as is known. */
  get exists(): boolean {
    return this.#exists;
  }

  /** True if a write of this process was sent, whatever came of it. */
  get wasWritten(): boolean {
    return this.#wasWritten;
  }

  /** From when on `identity` may write itself in, in monotonic milliseconds. */
  mayAcquireAt(identity: string): number {
    return mayAcquireAt(this.#lease?.spec, identity, this.#seenAt);
  }

  /** Takes note of what a watch shows: a state, which may be an old one, or undefined for a deletion. */
  observe(lease: Stored<Lease> | undefined): void {
    if (lease === undefined) this.#exists = false;
    else if (this.#lease === undefined || isNewer(lease, this.#lease)) this.#learn(lease);
  }

  /**
   * Writes the record as soon as it is known for certain: it is read first when it is not, and read again once when
   * another has written meanwhile.
   *
   * @returns the monotonic time before the write was sent; undefined if it was not allowed
   * @throws KubeError of the request that failed
   */
  async change(change: LeaseChange): Promise<number | undefined> {
    const until = this.#clock.monotonic() + change.deadlineMs;
    const call = (): RequestOptions => ({
      deadlineMs: Math.max(1, until - this.#clock.monotonic()),
      ...(change.signal === undefined ? {} : { signal: change.signal }),
    });
    for (let isFirst = true; ; isFirst = false) {
      if (!this.#isCertain) {
        change.onRead?.();
        await this.#read(call());
      }
      if (!change.allowed()) return undefined;
      const startedAt = this.#clock.monotonic();
      try {
        await this.#write(change.spec(this.#lease?.spec), call());
        return startedAt;
      } catch (error) {
        if (!isFirst || !isKubeError(error, 'Conflict', 'AlreadyExists', 'NotFound')) throw error;
      }
    }
  }

  async #read(call: RequestOptions): Promise<void> {
    const lease = await this.#client.get(leases, this.#key, call);
    if (lease === undefined) this.#exists = false;
    else if (lease.metadata.resourceVersion !== this.#lease?.metadata.resourceVersion) this.#learn(lease);
    else this.#exists = true;
    this.#isCertain = true;
  }

  async #write(spec: LeaseSpec, call: RequestOptions): Promise<void> {
    this.#isCertain = false;
    this.#wasWritten = true;
    const written =
      this.#lease !== undefined && this.#exists
        ? await this.#client.replace(leases, { ...this.#lease, spec: { ...this.#lease.spec, ...spec } }, call)
        : await this.#client.create(leases, this.#newLease(spec), call);
    this.#learn(written);
    this.#isCertain = true;
  }

  #learn(lease: Stored<Lease>): void {
    this.#lease = lease;
    this.#exists = true;
    this.#seenAt = this.#clock.monotonic();
  }

  #newLease(spec: LeaseSpec): Lease {
    const { namespace, name } = parseKey(this.#key);
    return {
      apiVersion: apiVersionOf(leases),
      kind: leases.kind,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      spec,
    };
  }
}

function isNewer(a: Stored<Lease>, b: Stored<Lease>): boolean {
  return compareResourceVersions(a.metadata.resourceVersion, b.metadata.resourceVersion) > 0;
}
