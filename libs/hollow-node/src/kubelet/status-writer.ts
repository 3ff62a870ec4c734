// Writes the statuses of a node's pods: only what has changed, one request at a time for each pod.
import { type Clock, sleep } from '@neo4j-operator/clock';
import { compareResourceVersions, type Logger } from '@neo4j-operator/reconcile-kit';
import type { PodApi } from './pod-api.ts';
import type { Pod, PodStatus } from './resources.ts';

interface Entry {
  pod: Pod;
  status: PodStatus;
  text: string;
  /** What the server has; undefined if that is not known. */
  written: string | undefined;
  writtenVersion: string;
  /** The pod is to be removed once its last status is written. */
  isLast: boolean;
  work: Promise<void> | undefined;
}

const firstRetryMs = 1000;
const longestRetryMs = 30_000;

export interface StatusWriterOptions {
  readonly api: PodApi;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that changes are gathered. */
  readonly delayMs: number;
}

export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #stopped = new AbortController();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** This is how the pod is now. */
  report(pod: Pod, status: PodStatus): void {
    const text = JSON.stringify(status);
    const entry = this.#entry(pod);
    Object.assign(entry, { pod, status, text });
    this.#attend(entry);
  }

  /** Removes the pod when what was reported last has been written. */
  finalize(pod: Pod): void {
    const entry = this.#entry(pod);
    entry.isLast = true;
    this.#attend(entry);
  }

  /** The server shows this pod: if somebody else has changed what we say of it, it is said again. */
  seen(pod: Pod): void {
    const entry = this.#entries.get(uidOf(pod));
    const version = pod.metadata.resourceVersion;
    if (entry?.written === undefined || version === undefined || entry.writtenVersion === '') return;
    if (compareResourceVersions(version, entry.writtenVersion) <= 0 || agrees(pod.status, entry.status))
      return;
    entry.written = undefined;
    this.#attend(entry);
  }

  forget(podUid: string): void {
    this.#entries.delete(podUid);
  }

  /** Writes nothing any more. Resolves when no request is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    const work = [...this.#entries.values()].map((entry) => entry.work ?? Promise.resolve());
    this.#entries.clear();
    await Promise.all(work);
  }

  #entry(pod: Pod): Entry {
    const uid = uidOf(pod);
    const present = this.#entries.get(uid);
    if (present !== undefined) return present;
    const entry: Entry = {
      pod,
      status: {},
      text: '',
      written: '',
      writtenVersion: '',
      isLast: false,
      work: undefined,
    };
    this.#entries.set(uid, entry);
    return entry;
  }

  #attend(entry: Entry): void {
    if (entry.work !== undefined || !this.#isDue(entry)) return;
    entry.work = this.#write(entry).finally(() => {
      entry.work = undefined;
      // What came after the last look must not wait for the next change.
      this.#attend(entry);
    });
  }

  #isDue(entry: Entry): boolean {
    const isKept = this.#entries.get(uidOf(entry.pod)) === entry;
    return isKept && !this.#stopped.signal.aborted && (entry.text !== entry.written || entry.isLast);
  }

  async #write(entry: Entry): Promise<void> {
    const { clock, logger, delayMs } = this.#options;
    const { signal } = this.#stopped;
    // Changes of the same turn go in one request.
    await (delayMs > 0 && !entry.isLast ? sleep(clock, delayMs, signal) : Promise.resolve());
    let waitMs = firstRetryMs;
    while (this.#isDue(entry)) {
      try {
        await this.#writeOnce(entry);
        waitMs = firstRetryMs;
      } catch (err) {
        if (signal.aborted) return;
        logger.warn({ err, pod: entry.pod.metadata.name }, 'The status of a pod could not be written');
        if (!(await sleep(clock, waitMs, signal))) return;
        waitMs = Math.min(2 * waitMs, longestRetryMs);
      }
    }
  }

  async #writeOnce(entry: Entry): Promise<void> {
    const { api } = this.#options;
    const { pod, status, text } = entry;
    if (text !== entry.written) {
      const version = await api.patchStatus(pod, status);
      if (version === undefined) {
        this.#entries.delete(uidOf(pod));
        return;
      }
      entry.written = text;
      entry.writtenVersion = version;
      return;
    }
    await api.remove(pod);
    this.#entries.delete(uidOf(pod));
  }
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? '';
}

/** Whether the server's status says what ours says, as far as others may want to change it. */
function agrees(theirs: PodStatus | undefined, ours: PodStatus): boolean {
  return (
    theirs?.phase === ours.phase &&
    (ours.conditions ?? []).every(
      ({ type, status }) => theirs?.conditions?.find((each) => each.type === type)?.status === status,
    )
  );
}
