// Two replicas of the operator, under accounts that the audit log tells apart.
import type { KubeObject } from '@neo4j-operator/reconcile-kit';
import { type AuditEntry, isLease, isWrite } from '../../controlplane/src/index.ts';
import { manifests, type OperatorProcess, type RealStage } from '../../stage/src/index.ts';

/** One of them. */
export type Replica = 'one' | 'two';

const namespace = 'neo4j-operator';

/** Starts and ends them, and knows who has written what. */
export class Replicas {
  readonly #stage: RealStage;
  readonly #since: number;
  readonly #processes = new Map<Replica, OperatorProcess>();

  /** Starts both, the first of which leads. */
  static async start(stage: RealStage): Promise<Replicas> {
    const replicas = new Replicas(stage);
    for (const replica of ['one', 'two'] as const) {
      await stage.apply(bindingsOf(replica));
      await replicas.begin(replica);
      if (replica === 'one') {
        await stage.until(() => replicas.#processes.get('one')?.output.includes('"Leading"'));
      }
    }
    return replicas;
  }

  private constructor(stage: RealStage) {
    this.#stage = stage;
    this.#since = stage.controlPlane.audit.position();
  }

  /** Starts one and waits until it is ready. */
  async begin(replica: Replica): Promise<void> {
    const { kubeconfigFile } = await this.#stage.controlPlane.serviceAccount(namespace, replica);
    const started = this.#stage.startOperator(`--kubeconfig=${kubeconfigFile}`);
    this.#processes.set(replica, started);
    await this.#stage.until(() => started.isReady());
  }

  /** Ends one; its exit code. */
  end(replica: Replica, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    return this.#processes.get(replica)?.stop(signal) ?? Promise.resolve(null);
  }

  /** Waits until the last who has written something but its Lease is this one. */
  async untilWritten(replica: Replica): Promise<void> {
    await this.#stage.until(() => this.turns().at(-1) === replica);
  }

  /**
   * Who has written, in the order of the writes, each turn once: a write is in the turn of whoever writes it, from when the request arrives
   * until it is answered. Turns that overlap are all told.
   */
  turns(): readonly Replica[] {
    const moments = this.#writes().flatMap(({ receivedAt, replica, stageAt }) => [
      { at: receivedAt, replica },
      { at: stageAt, replica },
    ]);
    const order = moments.toSorted((a, b) => a.at - b.at).map(({ replica }) => replica);
    return order.filter((replica, index) => replica !== order[index - 1]);
  }

  /** What they were not allowed to do. */
  forbidden(): readonly AuditEntry[] {
    return this.#entries().filter(({ code }) => code === 403);
  }

  #writes(): readonly (AuditEntry & { readonly replica: Replica })[] {
    return this.#entries()
      .filter((entry) => isWrite(entry) && !isLease(entry))
      .map((entry) => ({ ...entry, replica: entry.user === userOf('one') ? 'one' : 'two' }));
  }

  #entries(): readonly AuditEntry[] {
    const users = [userOf('one'), userOf('two')];
    return this.#stage.controlPlane.audit
      .entries({ since: this.#since })
      .filter(({ user }) => users.includes(user));
  }
}

function userOf(replica: Replica): string {
  return `system:serviceaccount:${namespace}:${replica}`;
}

/** The shipped bindings, for another account. */
function bindingsOf(replica: Replica): string {
  return manifests('config/rbac/cluster-wide.yaml')
    .filter(({ kind }) => kind.endsWith('Binding'))
    .map((binding): KubeObject => {
      const { metadata } = binding;
      const subjects = [{ kind: 'ServiceAccount', namespace, name: replica }];
      return { ...binding, metadata: { ...metadata, name: `${metadata.name}-${replica}` }, ...{ subjects } };
    })
    .map((binding) => JSON.stringify(binding))
    .join('\n---\n');
}
