// Servers that join, fail, come back and leave.
import type { ZoneAdvice } from '../decision.ts';
import type { ServerState } from '../observation.ts';
import { type FailurePlan, failurePlan } from './failures.ts';
import { normal, stream } from './random.ts';
import type { SimulatedPool } from './types.ts';

export interface SimulatedServer {
  readonly name: string;
  /** Chance belongs to it: two runs with the same seed see the same failures and delays at the same number, whatever they decide. */
  readonly slot: number;
  readonly zone: string;
  readonly createdAt: number;
  readonly joinedAt: number;
  /** Undefined until it is told to go. */
  readonly leavesAt: number | undefined;
  readonly state: ServerState;
}

export interface ServerPool {
  /** All that exist, also those that join or leave. */
  readonly servers: readonly SimulatedServer[];
  /** Those of them that serve. */
  readonly serving: number;
  /** Those that do not leave. */
  readonly staying: number;
  /** Lets time pass. */
  advance(now: number): void;
  /** Adds servers, or tells some to leave: those that are advised, then the newest. */
  resize(now: number, replicas: number, advice: ZoneAdvice | undefined): void;
}

export interface ServerPoolOptions {
  readonly pool: SimulatedPool;
  readonly seed: number;
  readonly interval: number;
  /** Servers that have joined before. */
  readonly size: number;
  /** Now. */
  readonly start: number;
}

const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const JOINS = 1;

/** How long before the start the first servers were asked for. */
const SETTLED = 24 * 3600_000;

interface Slot {
  readonly failures: FailurePlan;
  joins: number;
}

export function serverPool({ pool, seed, interval, size, start }: ServerPoolOptions): ServerPool {
  const slots = new Map<number, Slot>();
  let servers: SimulatedServer[] = [];
  let serving = 0;
  let staying = 0;

  const slotOf = (number: number): Slot => {
    const known = slots.get(number);
    if (known !== undefined) return known;
    const slot = { failures: failurePlan(pool, seed, number, start), joins: 0 };
    slots.set(number, slot);
    return slot;
  };

  const stateAt = (server: SimulatedServer, now: number): ServerState => {
    if (server.leavesAt !== undefined) return 'draining';
    if (server.joinedAt > now) return 'joining';
    return slotOf(server.slot).failures.failedWithin(now, now + interval) ? 'unready' : 'ready';
  };

  const add = (now: number, zone: string | undefined): void => {
    const taken = new Set(servers.map((server) => server.slot));
    let slot = 0;
    while (taken.has(slot)) slot++;
    const delay = joinDelay(pool, seed, slot, slotOf(slot).joins++);
    const created = { name: `server-${slot}`, slot, zone: zone ?? emptiest(servers), leavesAt: undefined };
    const server = { ...created, createdAt: now, joinedAt: now + delay, state: 'joining' as const };
    servers.push({ ...server, state: stateAt(server, now) });
  };

  const count = (): void => {
    serving = servers.filter(({ state }) => state === 'ready').length;
    staying = servers.filter(({ leavesAt }) => leavesAt === undefined).length;
  };

  const advance = (now: number): void => {
    if (servers.some(({ leavesAt }) => leavesAt !== undefined && leavesAt <= now)) {
      servers = servers.filter(({ leavesAt }) => leavesAt === undefined || leavesAt > now);
    }
    for (const [index, server] of servers.entries()) {
      const state = stateAt(server, now);
      if (state !== server.state) servers[index] = { ...server, state };
    }
    count();
  };

  const remove = (now: number, number: number, advised: readonly string[]): void => {
    const rank = ({ name }: SimulatedServer): number =>
      advised.includes(name) ? advised.indexOf(name) : Infinity;
    const leaving = servers
      .filter(({ leavesAt }) => leavesAt === undefined)
      .sort((a, b) => compare(rank(a), rank(b)) || b.createdAt - a.createdAt || b.slot - a.slot)
      .slice(0, number);
    servers = servers.flatMap((server) => {
      if (!leaving.includes(server)) return [server];
      return pool.drainDelay > 0
        ? [{ ...server, leavesAt: now + pool.drainDelay, state: 'draining' as const }]
        : [];
    });
  };

  for (let index = 0; index < size; index++) add(start - SETTLED - pool.joinDelay, undefined);
  advance(start);

  return {
    get servers() {
      return servers;
    },
    get serving() {
      return serving;
    },
    get staying() {
      return staying;
    },
    advance,
    resize: (now, replicas, advice) => {
      for (let index = 0; staying + index < replicas; index++) add(now, advice?.grow[index]);
      if (staying > replicas)
        remove(now, staying - replicas, advice?.shrink.map(({ server }) => server) ?? []);
      count();
    },
  };
}

/** Log-normal around the median, in whole milliseconds. */
function joinDelay(
  { joinDelay: middle, joinSpread }: SimulatedPool,
  seed: number,
  slot: number,
  join: number,
): number {
  return Math.round(middle * Math.exp(joinSpread * normal(stream(seed, JOINS, slot, join))));
}

function emptiest(servers: readonly SimulatedServer[]): string {
  const count = (zone: string): number =>
    servers.filter((server) => server.zone === zone && server.leavesAt === undefined).length;
  return ZONES.reduce((best, zone) => (count(zone) < count(best) ? zone : best));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
