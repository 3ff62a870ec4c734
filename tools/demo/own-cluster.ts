// The demo on a cluster of the user's own: the operator is installed there, and makes what the example says.
import { join } from 'node:path';
import { group, version } from '@neo4j-operator/api-types';
import { systemClock } from '@neo4j-operator/clock';
import type { ClusterObject, DatabaseObject } from '@neo4j-operator/cluster-access';
import {
  type ClusterConfig,
  ConfigError,
  createHttpTransport,
  KubeError,
  type KubeTransport,
  loadClusterConfig,
  silentLogger,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { createUser, Refused, workspace } from '../../test/stage/src/index.ts';
import { applyExample, type Example, readExample } from './apply-file.ts';
import { follow } from './follow.ts';
import { lastErrorIn } from './operator-log.ts';
import { type DemoOptions, interrupted } from './options.ts';
import { obstacles, type Placed } from './own-cluster-checks.ts';
import {
  asOurs,
  type Installation,
  installation,
  manager,
  operatorNamespace,
  readBundle,
} from './own-cluster-objects.ts';
import { operatorLog, podsOf, untilAvailable } from './own-cluster-pods.ts';
import { removal } from './own-cluster-removal.ts';
import { type Screen, seconds } from './screen.ts';
import { until } from './until.ts';

/** What this demo needs of the options. */
export type OwnClusterOptions = Pick<DemoOptions, 'file' | 'timeoutMs'> & { readonly kubeconfig: string };

const quickstart = 'examples/quickstart.yaml';

/** Runs it; the exit code. */
export async function ownClusterDemo(
  options: OwnClusterOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<number> {
  let transport: KubeTransport | undefined;
  try {
    const config = await configOf(options.kubeconfig, screen);
    transport = createHttpTransport({ config, clock: systemClock, userAgent: manager });
    return await install({ config, transport, options, screen, signal });
  } catch (error) {
    screen.now('');
    if (error instanceof ConfigError) screen.say(error.message);
    else if (error instanceof KubeError) screen.say(`The API server does not answer: ${error.message}`);
    else if (error instanceof Refused) screen.say(`The API server refuses: ${error.message}`);
    else throw error;
    return 1;
  } finally {
    await transport?.close();
  }
}

/** What the steps share. */
interface Place {
  readonly config: ClusterConfig;
  readonly transport: KubeTransport;
  readonly options: OwnClusterOptions;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

function configOf(kubeconfig: string, screen: Screen): Promise<ClusterConfig> {
  const logger = {
    ...silentLogger,
    warn: (_: unknown, message: string) => {
      screen.say(`Warning: ${message}`);
    },
  };
  return loadClusterConfig({ env: process.env, clock: systemClock, logger, kubeconfig });
}

async function install(place: Place): Promise<number> {
  const { config, options, screen, signal, transport } = place;
  const name = options.file ?? quickstart;
  const read = readExample(options.file ?? join(workspace, quickstart), name, screen);
  if (read === undefined) return 1;
  const objects = read.objects.map(asOurs);
  const toInstall = installation(readBundle());
  const user = createUser(transport, { manager });
  screen.say(`Looking at ${config.server}, namespace ${config.namespace}`);
  const found = await obstacles(
    [
      ...toInstall.objects.map((object): Placed => ({ object, namespace: object.metadata.namespace })),
      ...objects.map((object): Placed => ({
        object,
        namespace: object.metadata.namespace ?? config.namespace,
      })),
    ],
    { transport, user, dryRun: createUser(transport, { manager, isDryRun: true }) },
  );
  if (found.length > 0) {
    screen.say('Nothing was changed.');
    for (const line of found) screen.say(line);
    return 1;
  }
  if (signal.aborted) return interrupted;
  try {
    return await installAll(place, { example: { name, objects }, toInstall });
  } finally {
    screen.now('');
    for (const line of removal({ file: name, objects, namespace: config.namespace })) {
      screen.say(line);
    }
  }
}

interface Wanted {
  readonly example: Example;
  readonly toInstall: Installation;
}

async function installAll(place: Place, { example, toInstall }: Wanted): Promise<number> {
  const { config, options, screen, signal, transport } = place;
  const { objects } = example;
  const started = systemClock.monotonic();
  const user = createUser(transport, { manager });
  const done = (what: string): void => {
    screen.say(`  ${seconds(systemClock.monotonic() - started).padStart(7)}  ${what}`);
  };
  screen.say(
    `Installing the operator into namespace ${operatorNamespace}. No image of it is published, so it comes in a ConfigMap (${Math.ceil(toInstall.bytes / 1024)} KiB) that ${toInstall.image} runs.`,
  );
  for (const object of toInstall.objects) await user.apply(JSON.stringify(object));
  // A kind can be used a little later than its definition is accepted.
  if (!(await until(() => areServed(transport), signal))) return interrupted;
  done('CRDs, roles and the operator are there');
  const deadlineMs = started + options.timeoutMs;
  const available = await untilAvailable({ transport, screen, signal, deadlineMs });
  if (available !== 'available') return available === 'interrupted' ? interrupted : 1;
  done('the operator is ready');
  const isApplied = await applyExample(example, { user, screen, namespace: config.namespace });
  const lastError = async () => lastErrorIn(await operatorLog(transport));
  if (!isApplied) {
    screen.say(`  the operator's last error: ${(await lastError()) ?? 'none'}`);
    return 1;
  }
  const isReady = await follow({
    screen,
    signal,
    timeoutMs: options.timeoutMs,
    look: async () => {
      const seen = await Promise.all(objects.map((object) => user.read(object, config.namespace)));
      const there = seen.filter((object) => object !== undefined);
      return {
        clusters: there.filter(({ kind }) => kind === 'Neo4jEnterpriseCluster') as Stored<ClusterObject>[],
        databases: there.filter(({ kind }) => kind === 'Neo4jDatabase') as Stored<DatabaseObject>[],
        pods: await podsOf(transport, objects, config.namespace),
      };
    },
    hasEnded: () => undefined,
    lastError,
  });
  if (signal.aborted) return interrupted;
  if (!isReady) return 1;
  screen.say(`Ready ${seconds(systemClock.monotonic() - started)} after the start`);
  return 0;
}

/** Whether the API server knows our kinds. */
async function areServed(transport: KubeTransport): Promise<boolean> {
  const { body, status } = await transport.request({ method: 'GET', path: `/apis/${group}/${version}` });
  if (status !== 200) return false;
  const { resources } = JSON.parse(new TextDecoder().decode(body)) as {
    readonly resources: readonly { readonly kind: string }[];
  };
  return ['Neo4jEnterpriseCluster', 'Neo4jDatabase'].every((kind) =>
    resources.some((resource) => resource.kind === kind),
  );
}
