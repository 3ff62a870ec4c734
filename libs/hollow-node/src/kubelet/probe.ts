import { type Clock, type Timer } from '@neo4j-operator/clock';
import { type Outcome, perform, type Target } from './handler.ts';
import type { Probe } from './resources.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** What the last outcomes have led to. */
export interface ProbeState {
  readonly verdict: boolean;
  /** How many outcomes in a row were like the last one. */
  readonly inARow: number;
  readonly last: boolean | undefined;
}

/** Before the first outcome a container is alive, but neither started nor ready. */
export function probeStart(kind: ProbeKind): ProbeState {
  return { verdict: kind === 'liveness', inARow: 0, last: undefined };
}

/** The verdict changes when enough outcomes in a row say so. */
export function probeStep({ verdict, inARow, last }: ProbeState, ok: boolean, probe: Probe): ProbeState {
  const count = ok === last ? inARow + 1 : 1;
  const threshold = ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
  return { verdict: count >= threshold ? ok : verdict, inARow: count, last: ok };
}

/** How long a container that fails this probe has to end; undefined if what the pod says holds. */
export function probeGraceMs({ terminationGracePeriodSeconds }: Probe): number | undefined {
  return terminationGracePeriodSeconds === undefined ? undefined : terminationGracePeriodSeconds * 1000;
}

export interface ProbeListener {
  /** The verdict is another one than before. */
  changed(kind: ProbeKind, verdict: boolean): void;
  /** A startup or liveness probe has failed for good: the container has to be killed. Called once. */
  failed(kind: 'startup' | 'liveness', probe: Probe): void;
  /** A single failure, for an Event. */
  unhealthy(kind: ProbeKind, outcome: Outcome): void;
}

/** A container's probes at work. */
export interface Probes {
  /** Ends them all, or lets only the readiness probe go on: nothing is killed for its health while it is being stopped. */
  stop(only?: 'killing'): void;
}

/**
 * Probes a container: the startup probe first, then liveness and readiness. Each begins `initialDelaySeconds` after the container has
 * started, or when the startup probe has succeeded if that is later, and repeats every period.
 */
export function startProbes(target: Target, listener: ProbeListener): Probes {
  const { clock, container } = target;
  const startedAt = clock.monotonic();
  const stops = new Map<ProbeKind, () => void>();
  let isKilling = true;

  const run = (kind: ProbeKind, probe: Probe | undefined, onSuccess: () => void): void => {
    if (probe === undefined) {
      onSuccess();
      return;
    }
    let state = probeStart(kind);
    const delayMs = startedAt + (probe.initialDelaySeconds ?? 0) * 1000 - clock.monotonic();
    const stop = repeat(clock, delayMs, (probe.periodSeconds ?? 10) * 1000, async () => {
      const outcome = await perform(probe, target, (probe.timeoutSeconds ?? 1) * 1000);
      if (!stops.has(kind)) return;
      const before = state;
      state = probeStep(before, outcome.ok, probe);
      if (!outcome.ok) listener.unhealthy(kind, outcome);
      if (kind !== 'readiness' && !outcome.ok && state.inARow >= (probe.failureThreshold ?? 3)) {
        end('killing');
        listener.failed(kind, probe);
        return;
      }
      if (state.verdict === before.verdict) return;
      if (kind === 'startup') stopOne(kind);
      listener.changed(kind, state.verdict);
      if (state.verdict) onSuccess();
    });
    stops.set(kind, stop);
  };

  const stopOne = (kind: ProbeKind): void => {
    stops.get(kind)?.();
    stops.delete(kind);
  };

  const end = (only?: 'killing'): void => {
    isKilling = false;
    for (const kind of [...stops.keys()]) if (only === undefined || kind !== 'readiness') stopOne(kind);
  };

  run('startup', container.startupProbe, () => {
    if (isKilling && container.livenessProbe !== undefined)
      run('liveness', container.livenessProbe, () => undefined);
    if (container.readinessProbe !== undefined) run('readiness', container.readinessProbe, () => undefined);
  });
  return { stop: end };
}

/** Calls `work` every period, never twice at a time: a period that has passed meanwhile is left out. */
function repeat(clock: Clock, delayMs: number, periodMs: number, work: () => Promise<void>): () => void {
  let dueAt = clock.monotonic() + Math.max(0, delayMs);
  let isOver = false;
  let timer: Timer;
  const set = (): void => {
    timer = clock.setTimer(dueAt - clock.monotonic(), () => {
      void work().then(() => {
        if (isOver) return;
        while (dueAt <= clock.monotonic()) dueAt += periodMs;
        set();
      });
    });
  };
  set();
  return () => {
    isOver = true;
    timer.cancel();
  };
}
