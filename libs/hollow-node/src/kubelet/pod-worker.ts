// Looks after one pod: decides by pure functions, and does what they say.
import { join } from 'node:path';
import type { Timer } from '@neo4j-operator/clock';
import type { PodPlace } from '../env/fields.ts';
import { PodStorage } from '../volumes/pod-storage.ts';
import { PodVolumes } from '../volumes/pod-volumes.ts';
import { referencesOf } from '../volumes/references.ts';
import { PodTokens } from '../volumes/tokens.ts';
import type { ContainerProcess } from './container-process.ts';
import { type ContainerHost, startContainer } from './container-start.ts';
import { deadlineOf, decide, type Ending, endingOf, formatPod } from './decide.ts';
import type { NodeParts } from './node-parts.ts';
import { isTerminal, podStatus } from './pod-status.ts';
import type { Pod, PodCondition } from './resources.ts';
import { type ContainerRun, initialRuns, isActive, recalledRuns } from './run.ts';
import { rfc3339 } from './timestamp.ts';

/** Timers cannot be set for longer than 24.8 days. */
const longestSleepMs = 86_400_000;

export class PodWorker {
  readonly uid: string;
  readonly #parts: NodeParts;
  readonly #onGone: () => void;
  readonly #volumes: PodVolumes;
  readonly #storage: PodStorage;
  readonly #runs: Map<string, ContainerRun>;
  readonly #processes = new Map<string, ContainerProcess>();
  readonly #toldToEnd = new Set<string>();
  readonly #startedAtMs: number;
  #pod: Pod;
  #before: readonly PodCondition[];
  #podIp: string | undefined;
  #ending: Ending | undefined;
  #isEvicted = false;
  /** `over`: nothing of it runs and nothing will. `gone`: nobody is interested any more. */
  #state: 'active' | 'over' | 'gone' = 'active';
  #existsOnServer = true;
  #isFinal = false;
  #isSyncDue = false;
  #timer: Timer | undefined;

  /** @param onGone - called when the pod does not exist any more, neither here nor on the server */
  constructor(parts: NodeParts, pod: Pod, onGone: () => void) {
    const { clock, rng, lookup, claimsDir, api } = parts;
    const { status = {} } = pod;
    this.#parts = parts;
    this.#pod = pod;
    this.#onGone = onGone;
    this.uid = pod.metadata.uid ?? '';
    this.#startedAtMs = status.startTime === undefined ? clock.now() : Date.parse(status.startTime);
    this.#before = status.conditions ?? [];
    const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    this.#runs = new Map(
      statuses.length === 0 ? initialRuns(pod.spec) : recalledRuns(pod.spec, statuses, clock.now()),
    );
    const tokens = new PodTokens(api.issueToken.bind(api), clock);
    const folder = join(parts.podsDir, this.uid);
    this.#volumes = new PodVolumes({ folder, claimsDir, clock, rng });
    this.#storage = new PodStorage({
      clock,
      lookup,
      volumes: this.#volumes,
      tokens,
      refreshMs: parts.volumeRefreshMs,
      pod: () => this.#pod,
      place: () => this.#place(),
      onFailure: ({ message }) => {
        parts.tell(this.#pod, 'Warning', 'FailedMount', message);
      },
      onChange: () => {
        this.#sync();
      },
    });
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** False when nothing of it runs and nothing will. */
  get isActive(): boolean {
    return this.#state === 'active';
  }

  /** @param refusal - why it has no place on this node */
  start(refusal?: { readonly reason: string; readonly message: string }): void {
    const isPast = isTerminal(this.#pod.status?.phase);
    if (!isPast && refusal === undefined) {
      this.#sync();
      return;
    }
    if (!isPast && refusal !== undefined) {
      this.#parts.tell(this.#pod, 'Warning', refusal.reason, refusal.message);
      this.#parts.writer.report(this.#pod, {
        phase: 'Failed',
        reason: refusal.reason,
        message: `Pod was rejected: ${refusal.message}`,
        observedGeneration: this.#pod.metadata.generation ?? 1,
        startTime: rfc3339(this.#startedAtMs),
      });
    }
    this.#settle();
    this.#finalize();
  }

  /** The server shows another version of the pod. */
  update(pod: Pod): void {
    const before = this.#pod.metadata;
    this.#pod = pod;
    if (this.#state !== 'active') {
      this.#finalize();
      return;
    }
    this.#parts.writer.seen(pod);
    this.#replaceChanged();
    if (selfImage(before) !== selfImage(pod.metadata)) this.#storage.changed();
    this.#sync();
  }

  /** A pod's images can be changed while it runs: then its containers are replaced. */
  #replaceChanged(): void {
    const { initContainers = [], containers } = this.#pod.spec;
    for (const spec of [...initContainers, ...containers]) {
      const run = this.#run(spec.name);
      if (run.spec.image === spec.image) continue;
      this.#runs.set(spec.name, { ...run, spec, retryAtMs: undefined, pulls: undefined });
      const process = this.#processes.get(spec.name);
      if (process === undefined) continue;
      const note = `Container ${spec.name} definition changed, will be restarted`;
      this.#parts.tell(this.#pod, 'Normal', 'Killing', note);
      process.stop(this.#graceMs());
    }
  }

  /** The pod does not exist on the server any more. */
  vanish(): void {
    this.#existsOnServer = false;
    this.#parts.writer.forget(this.uid);
    if (this.#state === 'active') this.#sync();
    else this.#leave();
  }

  evict(message: string): void {
    this.#isEvicted = true;
    this.#ending ??= { type: 'failed', reason: 'Evicted', message };
    this.#parts.tell(this.#pod, 'Warning', 'Evicted', message);
    this.#sync();
  }

  /** Gives false if the container does not run. */
  kill(container: string, isOutOfMemory: boolean): boolean {
    const process = this.#processes.get(container);
    process?.kill(isOutOfMemory ? 'OOMKilled' : undefined);
    return process !== undefined;
  }

  /** Something that the pod may refer to has come or changed. */
  sourceChanged(kind: 'configMaps' | 'secrets' | 'claims', name: string): void {
    if (this.#state !== 'active' || !referencesOf(this.#pod)[kind].has(name)) return;
    for (const [container, run] of this.#runs) {
      if (run.waiting?.reason !== 'CreateContainerConfigError') continue;
      this.#runs.set(container, { ...run, retryAtMs: undefined });
    }
    this.#storage.changed();
    this.#sync();
  }

  /** The node is down: everything dies and nothing is told. Resolves when it has. */
  async abandon(): Promise<void> {
    this.#state = 'gone';
    this.#timer?.cancel();
    this.#storage.abandon();
    const processes = [...this.#processes.values()];
    this.#processes.clear();
    for (const process of processes) process.abandon();
    await Promise.all(processes.map(({ ended }) => ended));
  }

  #sync(): void {
    if (this.#state !== 'active') return;
    const nowMs = this.#parts.clock.now();
    this.#ending ??= this.#existsOnServer
      ? endingOf(this.#pod, this.#runs, this.#startedAtMs, nowMs)
      : { type: 'deleted' };
    let wakeAtMs = Infinity;
    if (this.#ending === undefined) wakeAtMs = this.#goOn(nowMs);
    else this.#end();
    this.#report();
    this.#finalize();
    this.#arm(wakeAtMs - nowMs);
  }

  /** In a turn of its own, after all that happens in this one. */
  #syncSoon(): void {
    if (this.#isSyncDue) return;
    this.#isSyncDue = true;
    void Promise.resolve().then(() => {
      this.#isSyncDue = false;
      this.#sync();
    });
  }

  #arm(delayMs: number): void {
    this.#timer?.cancel();
    if (!this.isActive || delayMs === Infinity) return;
    this.#timer = this.#parts.clock.setTimer(Math.min(delayMs, longestSleepMs), () => {
      this.#sync();
    });
  }

  /** Gets what is missing and starts what is to be started. Gives when to look again. */
  #goOn(nowMs: number): number {
    this.#podIp ??= this.#parts.network.allot(this.uid);
    const storageAtMs = this.#storage.step(nowMs);
    if (!this.#storage.isReady) return Math.min(storageAtMs, deadlineOf(this.#pod.spec, this.#startedAtMs));
    const { start, waits, wakeAtMs } = decide(this.#pod, this.#runs, this.#startedAtMs, nowMs);
    for (const [name, waiting] of waits) {
      const run = this.#run(name);
      if (run.waiting?.message === waiting.message) continue;
      this.#runs.set(name, { ...run, waiting });
      this.#tellBackOff(run, waiting.reason);
    }
    for (const name of start) startContainer(this.#host, name);
    return Math.min(wakeAtMs, storageAtMs);
  }

  #tellBackOff({ spec }: ContainerRun, reason: string): void {
    const { tell } = this.#parts;
    if (reason === 'ImagePullBackOff') {
      tell(this.#pod, 'Normal', 'BackOff', `Back-off pulling image ${JSON.stringify(spec.image)}`);
    } else {
      const note = `Back-off restarting failed container ${spec.name} in pod ${formatPod(this.#pod)}`;
      tell(this.#pod, 'Warning', 'BackOff', note);
    }
  }

  /** Asks what still runs to end. When nothing does, the pod is over. */
  #end(): void {
    const active = [...this.#runs.values()].filter(isActive).reverse();
    const graceMs = this.#graceMs();
    const before: Promise<unknown>[] = [];
    // Sidecars are there for the others: they end last, in the reverse order of their start.
    for (const { spec, role } of active.sort(
      (a, b) => Number(a.role === 'sidecar') - Number(b.role === 'sidecar'),
    )) {
      const process = this.#processes.get(spec.name);
      if (process === undefined) continue;
      if (!this.#toldToEnd.has(spec.name)) {
        this.#toldToEnd.add(spec.name);
        this.#parts.tell(this.#pod, 'Normal', 'Killing', `Stopping container ${spec.name}`);
      }
      process.stop(graceMs, role === 'sidecar' ? Promise.all(before) : undefined);
      before.push(process.ended);
    }
    if (active.length > 0 || this.#storage.isBusy) return;
    this.#settle();
    if (!this.#existsOnServer) this.#leave();
  }

  #graceMs(): number {
    const { metadata, spec } = this.#pod;
    // It is not less for a pod that was deleted by force: who does that has to know that its containers may still run.
    return (metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  /** Nothing runs any more: what the pod has on this node is given back. */
  #settle(): void {
    this.#state = 'over';
    this.#timer?.cancel();
    this.#volumes.remove();
    this.#parts.network.release(this.uid);
  }

  /** Once a pod that is over has to go, its last status is written and it is removed. */
  #finalize(): void {
    if (this.#state !== 'over' || this.#isFinal || this.#pod.metadata.deletionTimestamp === undefined) return;
    this.#isFinal = true;
    this.#parts.writer.finalize(this.#pod);
  }

  #leave(): void {
    this.#state = 'gone';
    this.#parts.logs.remove(this.uid);
    this.#onGone();
  }

  #report(): void {
    if (this.#state === 'gone' || !this.#existsOnServer) return;
    const { clock, nodeIp, writer } = this.#parts;
    const status = podStatus({
      pod: this.#pod,
      runs: this.#runs,
      startedAtMs: this.#startedAtMs,
      nowMs: clock.now(),
      nodeIp,
      podIp: this.#podIp,
      isPrepared: this.#storage.isReady,
      failure: this.#ending?.type === 'failed' ? this.#ending : undefined,
      isEvicted: this.#isEvicted,
      isOver: this.#state === 'over',
      before: this.#before,
    });
    this.#before = status.conditions ?? [];
    writer.report(this.#pod, status);
  }

  #place(): PodPlace {
    const { nodeIp, nodeName, allocatable } = this.#parts;
    const podIp = this.#pod.spec.hostNetwork === true ? nodeIp : (this.#podIp ?? '');
    return { podIp, nodeName, nodeIp, allocatable };
  }

  #run(name: string): ContainerRun {
    const run = this.#runs.get(name);
    if (run === undefined) throw new RangeError(`the pod has no container "${name}"`);
    return run;
  }

  /** What the start of a container needs of its pod. */
  readonly #host: ContainerHost = {
    parts: () => this.#parts,
    pod: () => this.#pod,
    place: () => this.#place(),
    volumes: () => this.#volumes,
    run: (name) => this.#run(name),
    isWanted: () => this.#state === 'active' && this.#ending === undefined,
    graceMs: () => this.#graceMs(),
    changed: (name, run) => {
      if (this.#state !== 'active') return;
      this.#runs.set(name, run);
      this.#syncSoon();
    },
    runs: (name, process) => {
      if (process === undefined) this.#processes.delete(name);
      else this.#processes.set(name, process);
    },
  };
}

/** What a pod's files may tell of it and can change while it runs. */
function selfImage({ labels, annotations }: Pod['metadata']): string {
  return JSON.stringify([labels, annotations]);
}
