// Many clusters on one stage, managed by the operator as it is shipped.
import { clusters } from '@neo4j-operator/cluster-access';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { isLease, isWrite } from '../../test/controlplane/src/index.ts';
import type { OperatorProcess, RealStage } from '../../test/stage/src/index.ts';
import { usageOf, type Usage } from '../harness/proc.ts';
import { type PassTimes, passTimesIn } from './pass-times.ts';

/** Servers of each cluster. */
export const serversEach = 3;

/** Clusters of each namespace: nobody has hundreds in one, and the simulated controllers look at all pods of one for each Service. */
const perNamespace = 5;

/** A stage with this takes minutes on two cores. */
const patienceMs = 900_000;
const lookMs = 500;

/** The clusters of a fleet, for whoever looks at them. */
export class Fleet {
  readonly #stage: RealStage;
  readonly #count: number;

  constructor(stage: RealStage, count: number) {
    this.#stage = stage;
    this.#count = count;
  }

  /** Makes all of them, and their namespaces. */
  async make(): Promise<void> {
    const places = Array.from({ length: this.#count }, (_, index) => placeOf(index));
    for (const namespace of new Set(places.map((place) => place.namespace))) {
      await this.#stage.controlPlane.namespace(namespace);
    }
    await this.#stage.apply(places.map(clusterYaml).join('\n---\n'));
  }

  /** Waits until each cluster is Ready and nothing is under way. */
  settled(): Promise<void> {
    return this.#stage.until(async () => {
      const found = await this.#stage.list(clusters);
      const isSettled = (type: string, status: string) => (each: (typeof found)[number]) =>
        each.status?.conditions?.some(
          (condition) => condition.type === type && condition.status === status,
        ) === true;
      const done = found.filter(isSettled('Ready', 'True')).filter(isSettled('Reconciling', 'False'));
      await sleep(systemClock, lookMs);
      return done.length === this.#count;
    }, patienceMs);
  }

  /** Waits until the operator has written nothing for some seconds. */
  async quiet(): Promise<void> {
    let since: number;
    do {
      since = this.#stage.controlPlane.audit.position();
      await sleep(systemClock, 3_000);
    } while (this.requests(since).some(isWrite));
  }

  /** What the operator has asked the API server for since a position of the audit log; its Lease aside. */
  requests(since: number) {
    const { controlPlane, operatorUser } = this.#stage;
    return controlPlane.audit
      .entries({ since })
      .filter((entry) => entry.user === operatorUser && !isLease(entry));
  }

  /** Changes each object in a way that asks for nothing, one after the other. */
  async touch(round: number): Promise<void> {
    for (let index = 0; index < this.#count; index++) {
      const { namespace, name } = placeOf(index);
      await this.#stage.patch(clusters, namespace, name, {
        metadata: { annotations: { 'bench.example.com/touched': String(round) } },
      });
    }
  }

  /** Waits until so many passes over clusters have ended, and gives how long they took. */
  async passes(operator: OperatorProcess, least: number): Promise<PassTimes> {
    let times: PassTimes | undefined;
    await this.#stage.until(async () => {
      times = await passTimes(operator);
      return times.count >= least;
    }, patienceMs);
    return times ?? (await passTimes(operator));
  }
}

/** How long passes over clusters took so far. */
export async function passTimes(operator: OperatorProcess): Promise<PassTimes> {
  const answer = await operator.fetch('/metrics');
  return passTimesIn(answer?.body ?? '', 'cluster');
}

/** What the process uses. */
export function usage(operator: OperatorProcess): Usage {
  if (operator.pid === undefined) throw new Error('the operator was not started');
  return usageOf(operator.pid);
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

function placeOf(index: number): Place {
  return { namespace: `fleet-${Math.floor(index / perNamespace) + 1}`, name: `graph-${index + 1}` };
}

function clusterYaml({ namespace, name }: Place): string {
  return `apiVersion: neo4j.neo4j.com/v1alpha1
kind: Neo4jEnterpriseCluster
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  acceptLicenseAgreement: evaluation
  image:
    tag: 2026.08.1
  topology:
    primaries: ${serversEach}
  storage:
    size: 10Gi
  resources:
    limits:
      memory: 2Gi`;
}
