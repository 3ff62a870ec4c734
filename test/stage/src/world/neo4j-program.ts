// Runs a simulated Neo4j server in the place of its image.
import type { Timer } from '@neo4j-operator/clock';
import { labels } from '@neo4j-operator/cluster-access';
import type { ContainerContext, Exit, Program, RunningProgram } from '@neo4j-operator/hollow-node';
import {
  type BootResult,
  bootServer,
  httpView,
  listenBolt,
  type Listener,
  listenHttp,
  ServerEndpoint,
  type SimServer,
} from '@neo4j-operator/neo4j-sim';
import { confOf, environmentOf, filesOf, volumeKeyOf } from './container.ts';
import { type NeoImage, neoImage } from './image.ts';
import { LoggedEndpoint } from './logged-endpoint.ts';
import { portOf, statusOf } from './status-of.ts';
import type { World } from './world.ts';

const killed = 137;
/** The entry point finds no such command. Others than the server itself are not simulated. */
const noCommand = 127;

/** The program of an image of Neo4j. One of which the version cannot be told does not start. */
export function neo4jProgram(world: World): Program {
  return { start: (container) => start(world, container) };
}

/** What is looked for in the registry of programs: images whose tag names a version of Neo4j. */
export function neo4jPrograms(world: World): (image: string) => Program | undefined {
  const program = neo4jProgram(world);
  return (image) => (neoImage(image) === undefined ? undefined : program);
}

function start(world: World, container: ContainerContext): RunningProgram {
  const image = neoImage(container.image);
  if (image === undefined) throw new Error(`no version of Neo4j in ${container.image}`);
  const { promise: exited, resolve: exit } = Promise.withResolvers<Exit>();
  let server: SimServer | undefined;
  const begin = (): void => {
    const result = boot(world, container, image);
    if (!result.ok) {
      exit({ code: result.exitCode, message: result.log.join('\n') });
      return;
    }
    server = result.server;
    // By a fault; who ends it by a signal has said so before.
    server.onStop(() => {
      exit({ code: killed });
    });
    if (world.options.listen === true) void openPorts(world, container, server);
  };
  const starting = startIn(world, container, begin, exit);
  return {
    exited,
    signal: (signal) => {
      starting?.cancel();
      exit({ code: signal === 'SIGTERM' ? 0 : killed });
      if (signal === 'SIGTERM') server?.stop();
      else server?.crash();
    },
    answer: ({ type, port, path, headers }) =>
      Promise.resolve(
        server?.isRunning === true
          ? statusOf(server, { type, port, path, authorization: headers['authorization'] })
          : undefined,
      ),
  };
}

/** Begins after the time that a start takes; at once if it takes none, so that a file that is gone later is read. */
function startIn(
  { clock, options: { bootMs = 0 } }: World,
  { args, command }: ContainerContext,
  begin: () => void,
  exit: (exit: Exit) => void,
): Timer | undefined {
  const unknown = [...command, ...args].find((word) => !isServer(word));
  if (unknown !== undefined) {
    exit({ code: noCommand, message: `${unknown}: not simulated` });
    return undefined;
  }
  if (bootMs > 0) return clock.setTimer(bootMs, begin);
  begin();
  return undefined;
}

function boot(world: World, container: ContainerContext, { edition, version }: NeoImage): BootResult {
  const { log, memoryLimit, pod } = container;
  const cluster = { namespace: pod.namespace, name: pod.labels[labels.cluster] ?? '' };
  const volumeKey = volumeKeyOf(container);
  const result = bootServer({
    network: world.network(cluster),
    volume: world.volume(volumeKey),
    version,
    edition,
    conf: confOf(container),
    environment: environmentOf(container),
    files: filesOf(container),
    ...(memoryLimit === undefined ? {} : { memoryLimitBytes: memoryLimit }),
  });
  for (const line of result.log) log(line);
  world.booted({ pod, ip: pod.ip, cluster, volumeKey }, result);
  return result;
}

function isServer(word: string): boolean {
  return ['neo4j', 'console', 'tini', '-g', '--', '/startup/docker-entrypoint.sh'].includes(word);
}

/** Opens the ports on the address of the pod; they close when the server ends. A port that cannot be opened ends the server. */
async function openPorts(world: World, { log, pod }: ContainerContext, server: SimServer): Promise<void> {
  const endpoint = new LoggedEndpoint(world, new ServerEndpoint(server));
  const { settings } = server.configuration;
  // It may have ended while the port was being opened.
  const keep = async (listener: Listener): Promise<void> => {
    if (!server.isRunning) await listener.close();
  };
  try {
    const bolt = portOf(settings.get('server.bolt.listen_address'), 7687);
    await keep(await listenBolt(endpoint, { host: pod.ip, port: bolt, clock: world.clock }));
    if (server.configuration.httpAddress === null) return;
    const http = portOf(settings.get('server.http.listen_address'), 7474);
    await keep(await listenHttp(httpView(server), { host: pod.ip, port: http }));
  } catch (error) {
    log(error instanceof Error ? error.message : String(error), 'stderr');
    server.crash();
  }
}
