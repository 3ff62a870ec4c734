// Everything that can go wrong, drawn by chance, until it is to end.
import type { Rng } from '@neo4j-operator/clock';
import { seededFaults } from '@neo4j-operator/kube-sim';
import { isEvent, isLease, type Stage } from '../../stage/src/index.ts';
import { between, happens, pick } from './simulation-life.spec-helper.ts';
import { graph } from './simulation-wish.spec-helper.ts';

/** Faults in force. */
export interface Trouble {
  /** Ends them and mends what they did. The operator runs afterwards. */
  stop(): Promise<void>;
}

/** How wild it is: the share of steps, requests and effects that something happens at. */
interface Weather {
  readonly requests: number;
  readonly servers: number;
  readonly crashes: number;
  readonly nodes: number;
}

/** Draws how bad it gets, and begins. Some lives have only one kind of trouble, so that others do not hide what it does. */
export function beginTrouble(stage: Stage, rng: Rng, tell: (line: string) => void): Trouble {
  const most: Weather = { requests: 0.02, servers: 0.02, crashes: 0.04, nodes: 0.003 };
  const level = pick(rng, [0, 0.3, 1, 1, 2]);
  const scaled = (share: number): number => (happens(rng, 0.75) ? share * level * rng.next() * 2 : 0);
  const weather: Weather = {
    requests: scaled(most.requests),
    servers: scaled(most.servers),
    crashes: scaled(most.crashes),
    nodes: scaled(most.nodes),
  };
  tell(`weather ${JSON.stringify(weather)}`);
  const ends = [
    troubleRequests(stage, rng, weather, tell),
    killOperator(stage, rng, weather, tell),
    troubleServers(stage, rng, weather, tell),
    troubleNodes(stage, rng, weather, tell),
  ];
  return {
    stop: async () => {
      for (const end of ends) await end();
      tell('no more faults');
    },
  };
}

type End = () => void | Promise<void>;

function troubleRequests(stage: Stage, rng: Rng, { requests }: Weather, tell: (line: string) => void): End {
  const rate = requests / 6;
  const shared = {
    target: stage.sim,
    clock: stage.clock,
    rng,
    onFault: ({
      amount,
      fault,
      request = '',
    }: {
      amount: number;
      fault: string;
      request: string | undefined;
    }) => {
      tell(`fault ${fault} ${amount} ${request}`);
    },
  };
  const ofOperator = seededFaults({
    ...shared,
    where: ({ user }) => user === stage.operatorUser,
    rates: {
      ...{ reset: rate, lostAnswer: 2 * rate, conflict: rate, tooManyRequests: rate, internalError: rate },
      ...{ timeout: rate, lostTimeout: rate, delay: 2 * rate, staleRead: 4 * rate },
      ...{ watchReset: 6 * rate, watchEnd: 6 * rate, watchExpired: 3 * rate, delayedEvents: 6 * rate },
      ...{ duplicatedEvents: 3 * rate, reorderedEvents: 3 * rate, lostEvents: 6 * rate },
      ...(requests === 0 ? {} : { compaction: 0.2, restart: 10 * requests }),
    },
  });
  const ofNodes = seededFaults({
    ...shared,
    where: ({ user }) => user === 'system:nodes',
    rates: { reset: rate / 4, delay: rate, internalError: rate / 4, watchReset: rate },
  });
  return () => {
    ofOperator.stop();
    ofNodes.stop();
  };
}

function killOperator(stage: Stage, rng: Rng, { crashes }: Weather, tell: (line: string) => void): End {
  let isOver = false;
  let backAt = 0;
  stage.ledger.onEffect((write) => {
    if (isOver || isLease(write) || isEvent(write) || !happens(rng, crashes)) return;
    stage.operator?.crash();
    backAt = stage.clock.monotonic() + (happens(rng, 0.5) ? 0 : between(rng, 0, 30_000));
    tell('the operator is killed');
  });
  const restart = (): void => {
    if (stage.operator?.state !== 'crashed') return;
    stage.startOperator();
    tell('the operator starts');
  };
  const stop = stage.onStep(() => {
    if (stage.clock.monotonic() >= backAt) restart();
  });
  return () => {
    isOver = true;
    stop();
    restart();
  };
}

function troubleServers(stage: Stage, rng: Rng, { servers }: Weather, tell: (line: string) => void): End {
  const repairs: { readonly dueAt: number; readonly mend: () => void }[] = [];
  const later = (mend: () => void): void => {
    repairs.push({ dueAt: stage.clock.monotonic() + between(rng, 1000, 60_000), mend });
  };
  const once = (): void => {
    const [first, ...more] = stage.world.serversOf(graph);
    if (first === undefined) return;
    const { pod, server } = pick(rng, [first, ...more]);
    const fault = pick(rng, [
      'crash',
      'crash',
      'kill',
      'partition',
      'cut',
      'slow',
      'mute',
      'lose',
      'notLeader',
    ] as const);
    tell(`${fault} ${pod.name}`);
    const { neo4j } = stage;
    switch (fault) {
      case 'crash':
        neo4j.crash(pod);
        return;
      case 'kill':
        stage.nodes.killContainer(pod, 'neo4j', { oom: happens(rng, 0.3) });
        return;
      case 'partition':
        neo4j.partition(graph, pod.name);
        later(() => {
          neo4j.heal(graph);
        });
        return;
      case 'cut':
        neo4j.cutFromClients(pod);
        later(() => {
          neo4j.heal(graph);
        });
        return;
      case 'slow':
      case 'mute':
      case 'lose': {
        const wire = {
          slow: { slowMs: between(rng, 100, 8000) },
          mute: { mute: true },
          lose: { loseAnswers: true },
        };
        neo4j.wire(pod, wire[fault]);
        later(() => {
          server.faults.wire = { loseAnswers: false, mute: false, resetAfterRecords: undefined, slowMs: 0 };
        });
        return;
      }
      case 'notLeader':
        server.faults.notLeader = true;
        later(() => {
          server.faults.notLeader = false;
        });
    }
  };
  const stop = stage.onStep(() => {
    const now = stage.clock.monotonic();
    for (const repair of repairs.filter(({ dueAt }) => dueAt <= now)) {
      repairs.splice(repairs.indexOf(repair), 1);
      repair.mend();
    }
    if (happens(rng, servers)) once();
  });
  return () => {
    stop();
    for (const { mend } of repairs) mend();
    stage.neo4j.heal(graph);
  };
}

function troubleNodes(stage: Stage, rng: Rng, { nodes }: Weather, tell: (line: string) => void): End {
  const down = new Map<string, number>();
  const stop = stage.onStep(() => {
    const now = stage.clock.monotonic();
    for (const [name, until] of down) {
      if (until > now) continue;
      down.delete(name);
      tell(`${name} is back`);
      void stage.nodes.recover(name);
    }
    if (!happens(rng, nodes)) return;
    const name = `node-${between(rng, 1, 3)}`;
    if (down.has(name)) return;
    down.set(name, now + between(rng, 5000, 90_000));
    tell(`${name} fails`);
    void stage.nodes.fail(name);
  });
  return async () => {
    stop();
    for (const name of down.keys()) await stage.settle(stage.nodes.recover(name));
  };
}
