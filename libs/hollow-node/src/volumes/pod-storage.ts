// When the volumes of a pod are made, tried again, and brought up to date.
import type { Clock } from '@neo4j-operator/clock';
import type { PodPlace } from '../env/fields.ts';
import type { Pod } from '../kubelet/resources.ts';
import type { Lookup } from './lookup.ts';
import type { PodVolumes } from './pod-volumes.ts';
import type { PodTokens } from './tokens.ts';

export interface PodStorageOptions {
  readonly clock: Clock;
  readonly lookup: Lookup;
  readonly volumes: PodVolumes;
  readonly tokens: PodTokens;
  /** From a change of a ConfigMap, a Secret or the pod's labels until files show it. */
  readonly refreshMs: number;
  readonly pod: () => Pod;
  readonly place: () => PodPlace;
  readonly onFailure: (error: Error) => void;
  /** Something has changed that `step` should be called for. */
  readonly onChange: () => void;
}

const firstRetryMs = 500;
const longestRetryMs = 122_000;

export class PodStorage {
  readonly #options: PodStorageOptions;
  #isReady: boolean;
  #isBusy = false;
  #retryMs = firstRetryMs;
  /** Wall-clock milliseconds of the next try. */
  #dueAtMs: number;

  constructor(options: PodStorageOptions) {
    this.#options = options;
    this.#isReady = (options.pod().spec.volumes ?? []).length === 0;
    this.#dueAtMs = this.#isReady ? Infinity : -Infinity;
  }

  /** All volumes have been there. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Files are being written. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Does what is due. Gives when to call it again. */
  step(nowMs: number): number {
    if (this.#isBusy) return Infinity;
    const dueAtMs = Math.min(this.#dueAtMs, this.#isReady ? this.#options.tokens.renewAtMs : Infinity);
    if (nowMs < dueAtMs) return dueAtMs;
    this.#isBusy = true;
    this.#dueAtMs = Infinity;
    void this.#mount().then((error) => {
      this.#isBusy = false;
      if (error === undefined) this.#succeeded();
      else this.#failed(error);
      this.#options.onChange();
    });
    return Infinity;
  }

  /** What the volumes are made of has changed, or what was missing has come. */
  changed(): void {
    const { clock, refreshMs } = this.#options;
    this.#dueAtMs = Math.min(this.#dueAtMs, this.#isReady ? clock.now() + refreshMs : -Infinity);
  }

  #succeeded(): void {
    this.#isReady = true;
    this.#retryMs = firstRetryMs;
  }

  #failed(error: Error): void {
    this.#dueAtMs = Math.min(this.#dueAtMs, this.#options.clock.now() + this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs);
    this.#options.onFailure(error);
  }

  async #mount(): Promise<Error | undefined> {
    const { lookup, volumes, pod, place } = this.#options;
    try {
      await volumes.mount(pod(), place(), await lookup.find(pod()));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
