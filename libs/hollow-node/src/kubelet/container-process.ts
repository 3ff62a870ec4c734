// One run of a container: from the start of its program until it has ended.
import type { Clock, Timer } from '@neo4j-operator/clock';
import type { ContainerContext, Exit, Program, RunningProgram } from '../program.ts';
import type { Dialer } from './contract.ts';
import { type Outcome, perform, type Target } from './handler.ts';
import { type ProbeKind, type ProbeListener, type Probes, startProbes } from './probe.ts';
import type { Container, Probe } from './resources.ts';

export interface ProcessListener {
  /** The program has been started. Not called if it could not be. */
  made(): void;
  /** Its postStart hook is through. */
  running(): void;
  probed(kind: ProbeKind, verdict: boolean): void;
  unhealthy(kind: ProbeKind, outcome: Outcome): void;
  /** A probe has failed for good; it is for the listener to stop the container. */
  failedProbe(kind: 'startup' | 'liveness', probe: Probe): void;
  hookFailed(hook: 'postStart' | 'preStop'): void;
  exited(exit: Exit): void;
}

export interface ContainerProcess {
  /**
   * Runs the preStop hook, waits for its turn, and asks the program to end; kills it when the grace period is over. Called again it
   * can only shorten the time that is left.
   */
  stop(graceMs: number, turn?: Promise<unknown>): void;
  /** Kills it. */
  kill(reason?: 'OOMKilled'): void;
  /** Kills it, and tells nobody. */
  abandon(): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
}

/** What a kubelet gives a container at least, between SIGTERM and SIGKILL. */
const shortestGraceMs = 2000;

/** Starts a program. A program that cannot be started has ended with code 128. */
export function startProcess(
  program: Program,
  context: ContainerContext,
  container: Container,
  dial: Dialer,
  listener: ProcessListener,
): ContainerProcess {
  const { clock } = context;
  let live: RunningProgram;
  try {
    live = program.start(context);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return unstarted(listener, { code: 128, reason: 'StartError', message });
  }
  const target: Target = { program: live, container, podIp: context.pod.ip, dial, clock };
  const stopping = new Stopping(clock, live);
  let probes: Probes | undefined;
  let isOver = false;
  let isRunning = false;
  let killedFor: 'OOMKilled' | undefined;

  const probeListener: ProbeListener = {
    changed: listener.probed.bind(listener),
    failed: listener.failedProbe.bind(listener),
    unhealthy: listener.unhealthy.bind(listener),
  };

  const begin = async (): Promise<void> => {
    const hook = container.lifecycle?.postStart;
    const outcome = hook && (await perform(hook, target, undefined));
    if (isOver) return;
    if (outcome?.ok === false) {
      listener.hookFailed('postStart');
      return;
    }
    isRunning = true;
    listener.running();
    if (!stopping.hasBegun) probes = startProbes(target, probeListener);
  };

  const end = (): void => {
    isOver = true;
    probes?.stop();
    stopping.end();
  };

  const preStop = async (): Promise<void> => {
    const hook = container.lifecycle?.preStop;
    if (hook === undefined || !isRunning) return;
    const outcome = await perform(hook, target, undefined);
    if (!outcome.ok && !isOver) listener.hookFailed('preStop');
  };

  listener.made();
  const ended = live.exited.catch(mistake).then((exit) => {
    if (isOver) return;
    end();
    listener.exited(killedFor === undefined ? exit : { ...exit, code: 137, reason: killedFor });
  });
  void begin();
  return {
    ended,
    stop: (graceMs, turn) => {
      if (isOver) return;
      probes?.stop('killing');
      stopping.begin(graceMs, async () => {
        if (graceMs > 0) await preStop();
        await turn;
      });
    },
    kill: (reason) => {
      if (isOver) return;
      killedFor = reason;
      live.signal('SIGKILL');
    },
    abandon: () => {
      if (isOver) return;
      end();
      live.signal('SIGKILL');
    },
  };
}

/** A program's promise ought not to be rejected, but an error that its author did not expect does just that. */
function mistake(error: unknown): Exit {
  return { code: 1, message: error instanceof Error ? error.message : String(error) };
}

function unstarted(listener: ProcessListener, exit: Exit): ContainerProcess {
  listener.made();
  listener.exited(exit);
  const nothing = (): void => undefined;
  return { ended: Promise.resolve(), stop: nothing, kill: nothing, abandon: nothing };
}

/** The way from the wish that a program ends to its end. */
class Stopping {
  readonly #clock: Clock;
  readonly #program: RunningProgram;
  #stage: 'none' | 'preparing' | 'signalled' | 'over' = 'none';
  #timer: Timer | undefined;
  #dueAt = Infinity;

  constructor(clock: Clock, program: RunningProgram) {
    this.#clock = clock;
    this.#program = program;
  }

  get hasBegun(): boolean {
    return this.#stage !== 'none';
  }

  begin(graceMs: number, prepare: () => Promise<void>): void {
    if (this.#stage !== 'none') {
      if (this.#clock.monotonic() + graceMs < this.#dueAt) this.#arm(graceMs);
      return;
    }
    this.#stage = 'preparing';
    this.#arm(graceMs);
    void prepare().then(() => {
      this.#ask();
    });
  }

  end(): void {
    this.#stage = 'over';
    this.#timer?.cancel();
  }

  #arm(ms: number): void {
    this.#timer?.cancel();
    this.#dueAt = this.#clock.monotonic() + ms;
    this.#timer = this.#clock.setTimer(ms, () => {
      if (this.#stage === 'preparing') this.#ask();
      else if (this.#stage === 'signalled') this.#program.signal('SIGKILL');
    });
  }

  #ask(): void {
    if (this.#stage !== 'preparing') return;
    this.#stage = 'signalled';
    this.#arm(Math.max(shortestGraceMs, this.#dueAt - this.#clock.monotonic()));
    this.#program.signal('SIGTERM');
  }
}
