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
  /** After a failure nothing is tried before, not even what is due by itself. */
  #notBeforeMs = -Infinity;
  #isOver = false;

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
    const renewAtMs = this.#isReady ? this.#options.tokens.renewAtMs : Infinity;
    const dueAtMs = Math.max(this.#notBeforeMs, Math.min(this.#dueAtMs, renewAtMs));
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
    if (!this.#isReady) this.#notBeforeMs = -Infinity;
  }

  /** The node is down: no file is written any more, whatever is under way. */
  abandon(): void {
    this.#isOver = true;
  }

  #succeeded(): void {
    this.#isReady = true;
    this.#retryMs = firstRetryMs;
  }

  #failed(error: Error): void {
    const retryAtMs = this.#options.clock.now() + this.#retryMs;
    // What was missing may have come while it was looked for.
    if (this.#dueAtMs !== -Infinity) this.#notBeforeMs = retryAtMs;
    this.#dueAtMs = Math.min(this.#dueAtMs, retryAtMs);
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs);
    this.#options.onFailure(error);
  }

  async #mount(): Promise<Error | undefined> {
    const { lookup, volumes, tokens, pod, place } = this.#options;
    try {
      const found = await lookup.find(pod());
      await tokens.refresh(pod());
      if (!this.#isOver) volumes.mount(pod(), place(), found, (source) => tokens.token(source));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
