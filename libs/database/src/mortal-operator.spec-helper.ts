// An operator that knows only databases, and dies when it is told to.
import { seededRng, type VirtualClock } from '@neo4j-operator/clock';
import { ClusterAccess } from '@neo4j-operator/cluster-access';
import { type KubeSim, userOf } from '@neo4j-operator/kube-sim';
import type { BoltAnswer, BoltConnector, Statement } from '@neo4j-operator/neo4j-admin';
import { inProcessConnector, type SimCluster } from '@neo4j-operator/neo4j-sim';
import {
  createController,
  createKubeClient,
  type EventInput,
  InformerRegistry,
  KubeError,
  type KubeTransport,
  noMetrics,
  openGate,
  silentLogger,
} from '@neo4j-operator/reconcile-kit';
import { databaseController } from './reconciler.ts';

/** One run of the operator, which may die at any time. */
interface Run {
  readonly access: ClusterAccess;
  readonly stop: AbortController;
  readonly registry: InformerRegistry;
  readonly running: Promise<void>;
  alive: boolean;
}

/**
 * Runs of the operator over one control plane and one cluster. All that a run does is counted, and it can be made to die right after any effect; then
 * nothing that it has under way reaches anybody any more.
 */
export abstract class MortalOperator {
  abstract readonly clock: VirtualClock;
  abstract readonly kube: KubeSim;
  abstract readonly neo4j: SimCluster;
  readonly events: EventInput[] = [];
  /** Statements of the operator that change something, and its requests that do. */
  readonly effects: string[] = [];
  /** All statements of the operator. */
  readonly statements: string[] = [];
  /** The operator dies right after so many effects, before it hears of the last one. */
  crashAfter = Number.POSITIVE_INFINITY;
  /** What another administrator runs right before the operator's next statement that begins so. */
  intrusion: { readonly before: string; readonly statements: readonly Statement[] } | undefined;
  /** The answer to the operator's next statement that begins so is lost. */
  lostAnswer: string | undefined;
  #run: Run | undefined;

  /** Runs a statement as another administrator, within the turn. */
  protected abstract intrude(statement: Statement): Promise<void>;

  get isAlive(): boolean {
    return this.#run?.alive === true;
  }

  /** Sessions of the present run. */
  protected get access(): ClusterAccess | undefined {
    return this.#run?.access;
  }

  protected startRun(): void {
    this.#run = this.#newRun();
  }

  /** Ends the run; one that is dead is only let go of. */
  async stopOperator(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    if (run === undefined) return;
    const wasAlive = run.alive;
    run.alive = false;
    run.stop.abort();
    const ending = Promise.all([run.access.closeAll(), run.registry.stop(), run.running]);
    await this.clock.advance(0);
    if (wasAlive) await this.clock.advance(1000).then(() => Promise.race([ending, Promise.resolve()]));
  }

  #newRun(): Run {
    const { clock } = this;
    const stop = new AbortController();
    const rng = seededRng(7);
    const self: { run: Run | undefined } = { run: undefined };
    const isAlive = (): boolean => self.run?.alive !== false;
    const transport = this.#mortalTransport(isAlive, () => {
      if (self.run !== undefined) self.run.alive = false;
    });
    const connector = this.#mortalConnector(isAlive, () => {
      if (self.run !== undefined) self.run.alive = false;
    });
    const access = new ClusterAccess({ clock, rng, logger: silentLogger, connector });
    const registry = new InformerRegistry({
      transport,
      clock,
      rng,
      logger: silentLogger,
      metrics: noMetrics,
    });
    const controller = createController(databaseController({ access }), {
      registry,
      client: createKubeClient({ transport, clock, gate: openGate, observer: registry.writeObserver }),
      events: { record: (_, event) => this.events.push(event), flush: () => Promise.resolve() },
      clock,
      rng,
      logger: silentLogger,
      metrics: noMetrics,
    });
    registry.start();
    const running = controller.run(stop.signal, stop.signal);
    const run: Run = { access, stop, registry, running, alive: true };
    self.run = run;
    return run;
  }

  /** Counts what is about to take effect; true if the operator dies of it. */
  #count(effect: string): boolean {
    this.effects.push(effect);
    return this.effects.length >= this.crashAfter;
  }

  #mortalTransport(isAlive: () => boolean, die: () => void): KubeTransport {
    const inner: KubeTransport = this.kube.transport({
      user: userOf('operator'),
      error: (message, reason, request) => new KubeError(message, { reason, request }),
    });
    return {
      request: async (request) => {
        if (!isAlive()) return never();
        const answer = inner.request(request);
        if (request.method === 'GET' || !this.#count(`${request.method} ${shortPath(request.path)}`)) {
          const answered = await answer;
          return isAlive() ? answered : never();
        }
        await answer.catch(() => undefined);
        die();
        return never();
      },
      stream: (request) => (isAlive() ? inner.stream(request) : never()),
      close: () => inner.close(),
    };
  }

  #mortalConnector(isAlive: () => boolean, die: () => void): BoltConnector {
    const inner: BoltConnector = inProcessConnector(this.neo4j.network);
    return {
      open: (endpoint) => {
        const link = inner.open(endpoint);
        return {
          close: () => link.close(),
          connections: () => link.connections(),
          run: async (statement, options) => {
            if (!isAlive()) return never();
            this.statements.push(statement.text);
            await this.#intrude(shortText(statement));
            const answer = link.run(statement, options);
            const changes = !/^(CYPHER \d+ )?SHOW /.test(statement.text);
            if (!changes || !this.#count(shortText(statement))) {
              const answered = await answer;
              return isAlive() ? this.#delivered(statement, answered) : never();
            }
            await answer;
            die();
            return never();
          },
        };
      },
    };
  }

  #delivered(statement: Statement, answer: BoltAnswer): BoltAnswer {
    if (this.lostAnswer !== shortText(statement)) return answer;
    this.lostAnswer = undefined;
    const message = 'the connection broke';
    return { ok: false, failure: { origin: 'transport', kind: 'lost', mayHaveRun: true, message } };
  }

  async #intrude(text: string): Promise<void> {
    if (this.intrusion?.before !== text) return;
    const { statements } = this.intrusion;
    this.intrusion = undefined;
    for (const statement of statements) await this.intrude(statement);
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** `neo4jdatabases/movies/status` */
export function shortPath(path: string): string {
  return path.split(/\/namespaces\/[^/]+\//)[1] ?? path;
}

/** `CREATE DATABASE` */
function shortText({ text }: Statement): string {
  return text
    .replace(/^CYPHER \d+ /, '')
    .split(' ')
    .slice(0, 2)
    .join(' ');
}
