import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock } from '@neo4j-operator/clock';
import {
  createHttpTransport,
  createKubeClient,
  type KubeClient,
  loadClusterConfig,
  silentLogger,
} from '@neo4j-operator/reconcile-kit';
import { parseAllDocuments } from 'yaml';
import {
  type AuditEntry,
  type ControlPlane,
  type PolicyRule,
  startControlPlane,
} from '../../test/controlplane/src/index.ts';

const example = join(import.meta.dirname, '../../examples/tiny-operator');

/** The users that the programs under measurement act as. */
export type User = 'one' | 'two';

/** A control plane with the example's CRD. */
export class Stage {
  readonly controlPlane: ControlPlane;

  private constructor(controlPlane: ControlPlane) {
    this.controlPlane = controlPlane;
  }

  static async open(): Promise<Stage> {
    const users: readonly User[] = ['one', 'two'];
    const controlPlane = await startControlPlane({ tokenUsers: users.map((userName) => ({ userName })) });
    await controlPlane.kubectl(['apply', '--server-side', '-f', join(example, 'crd.yaml')]);
    await controlPlane.kubectl(['wait', '--for=condition=Established', 'crd/widgets.tiny.example.com']);
    for (const user of users) await controlPlane.grant(user, `bench-${user}`, rules());
    return new Stage(controlPlane);
  }

  /** The environment of a program that acts as this user. */
  environment(user: User = 'one'): Readonly<Record<string, string>> {
    return { KUBECONFIG: this.controlPlane.tokenUser(user).kubeconfigFile };
  }

  /** Gives `work` a client that may do everything, known to the server by `name`. */
  async withClient<T>(name: string, work: (client: KubeClient) => Promise<T>): Promise<T> {
    const clock = systemClock;
    const { kubeconfigFile: kubeconfig } = this.controlPlane.admin;
    const config = await loadClusterConfig({ env: {}, clock, logger: silentLogger, kubeconfig });
    const transport = createHttpTransport({ config, clock, userAgent: name });
    try {
      return await work(createKubeClient({ transport, clock }));
    } finally {
      await transport.close();
    }
  }

  /** The requests of a user since a position of the audit log, each once. */
  requests(user: User, since: number): readonly AuditEntry[] {
    const entries = this.controlPlane.audit.entries({ since }).filter((entry) => entry.user === user);
    return [...new Map(entries.map((entry) => [entry.auditId, entry])).values()];
  }

  /** Waits until a user has sent nothing for a second, but what does not count. */
  async quiet(user: User, counts: (entry: AuditEntry) => boolean = () => true): Promise<void> {
    let since: number;
    do {
      since = this.controlPlane.audit.position();
      await sleep(systemClock, 1_000);
    } while (this.requests(user, since).some(counts));
  }

  stop(): Promise<void> {
    return this.controlPlane.stop();
  }
}

/** What the example's role allows, and what the other operators ask for beyond it. */
function rules(): readonly PolicyRule[] {
  const [role] = parseAllDocuments(readFileSync(join(example, 'rbac.yaml'), 'utf8'));
  return [
    ...(role?.toJS() as { readonly rules: readonly PolicyRule[] }).rules,
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ];
}
