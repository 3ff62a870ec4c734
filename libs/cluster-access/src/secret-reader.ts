import { Buffer } from 'node:buffer';
import {
  compareResourceVersions,
  type KubeObject,
  type Lister,
  type LiveReader,
  type ObjectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { type Secret, secrets } from './resources.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What a reader of Secrets needs. */
export interface SecretReaderOptions {
  /** Of an informer that has the metadata of Secrets and nothing else. */
  readonly lister: Pick<Lister<KubeObject>, 'get'>;
  readonly live: Pick<LiveReader, 'get'>;
}

/**
 * Payloads of Secrets, read by name and kept for as long as the informer shows the same version: one GET for each version, however many ask.
 * No cache ever holds a Secret that nobody has asked for.
 */
export class SecretReader {
  readonly #options: SecretReaderOptions;
  readonly #kept = new Map<ObjectKey, Stored<Secret>>();
  readonly #flights = new Map<ObjectKey, Promise<Stored<Secret> | undefined>>();

  constructor(options: SecretReaderOptions) {
    this.#options = options;
  }

  /**
   * Reads a Secret, in the version that the informer shows or a newer one.
   *
   * @param options - `live`: asks the API server in any case, also for a Secret that the informer does not show
   * @returns undefined if the informer shows none, or the API server has none
   * @throws KubeError if the API server does not give it
   */
  async read(
    key: ObjectKey,
    signal?: AbortSignal,
    { live = false }: { readonly live?: boolean } = {},
  ): Promise<Stored<Secret> | undefined> {
    signal?.throwIfAborted();
    if (live) return unlessAborted(this.#get(key), signal);
    const kept = this.#current(key);
    if (kept !== undefined || this.#options.lister.get(key) === undefined) return kept;
    const underWay = this.#flights.get(key);
    if (underWay !== undefined) {
      await unlessAborted(underWay, signal);
      // It may have begun before what is shown now was there.
      const arrived = this.#current(key);
      if (arrived !== undefined) return arrived;
    }
    return unlessAborted(this.#flights.get(key) ?? this.#get(key), signal);
  }

  /** What is kept of a Secret, if the informer shows nothing newer. */
  #current(key: ObjectKey): Stored<Secret> | undefined {
    const shown = this.#options.lister.get(key);
    const kept = this.#kept.get(key);
    if (shown === undefined || kept === undefined) {
      this.#kept.delete(key);
      return undefined;
    }
    const isCurrent =
      compareResourceVersions(kept.metadata.resourceVersion, shown.metadata.resourceVersion) >= 0;
    return isCurrent ? kept : undefined;
  }

  #get(key: ObjectKey): Promise<Stored<Secret> | undefined> {
    const flight = this.#fetch(key).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Nobody's signal ends it, since others may wait for it too; the client has its own deadline. */
  async #fetch(key: ObjectKey): Promise<Stored<Secret> | undefined> {
    const found = await this.#options.live.get(secrets, key);
    this.#sweep();
    const kept = this.#kept.get(key);
    if (found === undefined) this.#kept.delete(key);
    else if (
      kept === undefined ||
      compareResourceVersions(found.metadata.resourceVersion, kept.metadata.resourceVersion) >= 0
    )
      this.#kept.set(key, found);
    return found;
  }

  /** Forgets what is gone and not asked for any more. What is kept grows only here, so here is often enough. */
  #sweep(): void {
    for (const key of this.#kept.keys()) {
      if (this.#options.lister.get(key) === undefined) this.#kept.delete(key);
    }
  }
}

/** A value of a Secret as text. */
export function secretText(secret: Secret | undefined, key: string): string | undefined {
  const value = secret?.data?.[key];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}
