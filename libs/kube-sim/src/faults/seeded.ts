// Faults by chance: the same ones for the same seed, if everything else is the same.
import type { Clock, Rng, Timer } from '@neo4j-operator/clock';
import { status } from './actions/answer.ts';
import { reset } from './actions/connection.ts';
import { delay, resetAfterUpstream } from './actions/lost-answer.ts';
import { duplicateEvents, injectEvent } from './actions/stream-edit.ts';
import { endAfterEvents, resetAfterEvents } from './actions/stream-end.ts';
import { delayEvents } from './actions/stream-pace.ts';
import type { Action } from './exchange.ts';
import { loseEventsAfter, reorderEvents, timeoutAfterUpstream } from './random-actions.ts';
import type { RequestRecord } from './request-record.ts';
import { errorEvent } from './status.ts';
import { type FaultTarget, staleRead } from './target.ts';

/** Faults of a request that is no watch. */
type RequestFault =
  | 'reset'
  | 'lostAnswer'
  | 'conflict'
  | 'tooManyRequests'
  | 'internalError'
  | 'timeout'
  | 'lostTimeout'
  | 'delay'
  | 'staleRead';

/** Faults of a watch. */
type WatchFault =
  | 'watchReset'
  | 'watchEnd'
  | 'watchExpired'
  | 'delayedEvents'
  | 'duplicatedEvents'
  | 'reorderedEvents'
  | 'lostEvents';

/** Faults that come by themselves. */
type Moment = 'compaction' | 'restart' | 'clockJump';

/**
 * How often: the share, from 0 to 1, of the requests or watches that a fault can meet; of a compaction, a restart or a clock jump how
 * many there are in a minute. What is absent does not happen.
 */
export type FaultRates = Readonly<Partial<Record<RequestFault | WatchFault | Moment, number>>>;

/** A fault that was put in force. */
export interface InjectedFault {
  /** By the clock's monotonic time. */
  readonly atMs: number;
  readonly fault: RequestFault | WatchFault | Moment;
  /** `PUT /api/v1/...`; undefined for what comes by itself. */
  readonly request: string | undefined;
  /** How far it goes: a delay in milliseconds, a count of events or revisions. 0 if there is nothing to say. */
  readonly amount: number;
}

/** What faults by chance depend on. */
export interface SeededFaultsOptions {
  readonly target: FaultTarget;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly rates: FaultRates;
  /** Which requests may meet with a fault. Default: all. */
  readonly where?: (request: RequestRecord) => boolean;
  /** How the time is made to jump; without it there are no clock jumps. */
  readonly jump?: (byMs: number) => void;
  readonly onFault?: (fault: InjectedFault) => void;
}

/** Faults by chance, in force. */
export interface SeededFaults {
  /** What has happened so far; with the seed it tells a failing run. */
  readonly log: readonly InjectedFault[];
  /** Ends them. What acts on a watch may go on until that ends, in a way that loses nothing. */
  stop(): void;
}

interface Row {
  readonly fault: RequestFault | WatchFault;
  /** Whether the fault can meet a request. */
  readonly meets: (request: RequestRecord) => boolean;
  /** The greatest amount; at least 1 is drawn if it is above 0. */
  readonly most: number;
  readonly action: (amount: number, target: FaultTarget) => Action;
}

const any = ({ watch }: RequestRecord): boolean => !watch;
const writes = ({ method }: RequestRecord): boolean => method !== 'GET';
const changes = ({ method }: RequestRecord): boolean => method !== 'GET' && method !== 'POST';
const cachedReads = (request: RequestRecord): boolean => any(request) && request.query.has('resourceVersion');
const watches = ({ watch }: RequestRecord): boolean => watch;

const rows: readonly Row[] = [
  { fault: 'reset', meets: any, most: 0, action: reset },
  { fault: 'lostAnswer', meets: writes, most: 0, action: resetAfterUpstream },
  { fault: 'conflict', meets: changes, most: 0, action: () => status(409) },
  {
    fault: 'tooManyRequests',
    meets: any,
    most: 2,
    action: (retryAfterSeconds) => status(429, { retryAfterSeconds }),
  },
  { fault: 'internalError', meets: any, most: 0, action: () => status(500) },
  { fault: 'timeout', meets: any, most: 0, action: () => status(504) },
  { fault: 'lostTimeout', meets: writes, most: 0, action: timeoutAfterUpstream },
  { fault: 'delay', meets: any, most: 2000, action: delay },
  {
    fault: 'staleRead',
    meets: cachedReads,
    most: 20,
    action: (olderBy, target) => staleRead(target, olderBy),
  },
  { fault: 'watchReset', meets: watches, most: 20, action: resetAfterEvents },
  { fault: 'watchEnd', meets: watches, most: 20, action: endAfterEvents },
  { fault: 'watchExpired', meets: watches, most: 20, action: (after) => injectEvent(errorEvent(410), after) },
  { fault: 'delayedEvents', meets: watches, most: 2000, action: delayEvents },
  { fault: 'duplicatedEvents', meets: watches, most: 20, action: duplicateEvents },
  { fault: 'reorderedEvents', meets: watches, most: 20, action: (number) => reorderEvents(number, 500) },
  { fault: 'lostEvents', meets: watches, most: 20, action: (count) => loseEventsAfter(count, 500) },
];

const mostRevisionsBack = 20;
const mostJumpMs = 60_000;
const minuteMs = 60_000;

/** Puts faults by chance in force. */
export function seededFaults(options: SeededFaultsOptions): SeededFaults {
  const { target, clock, rng, rates, where = () => true, jump, onFault } = options;
  const log: InjectedFault[] = [];
  const write = (fault: InjectedFault['fault'], request: string | undefined, amount: number): void => {
    const injected = { atMs: clock.monotonic(), fault, request, amount };
    log.push(injected);
    onFault?.(injected);
  };
  const upTo = (most: number): number => (most === 0 ? 0 : 1 + Math.floor(rng.next() * most));

  const chosen = new WeakMap<RequestRecord, Action>();
  const choose = (request: RequestRecord): boolean => {
    if (!where(request)) return false;
    let left = rng.next();
    for (const { fault, meets, most, action } of rows) {
      if (!meets(request)) continue;
      left -= rates[fault] ?? 0;
      if (left >= 0) continue;
      const amount = upTo(most);
      write(fault, `${request.method} ${request.path}`, amount);
      chosen.set(request, action(amount, target));
      return true;
    }
    return false;
  };
  const rule = target.script({
    times: Infinity,
    where: choose,
    action: (exchange) => chosen.get(exchange.request)?.(exchange),
  });

  const timers = new Map<Moment, Timer>();
  const moments: readonly (readonly [Moment, () => void])[] = [
    [
      'compaction',
      () => {
        write('compaction', undefined, 0);
        target.compact();
      },
    ],
    [
      'restart',
      () => {
        const olderBy = upTo(mostRevisionsBack);
        write('restart', undefined, olderBy);
        target.restart({ olderBy });
      },
    ],
    [
      'clockJump',
      () => {
        const byMs = upTo(2 * mostJumpMs) - mostJumpMs;
        write('clockJump', undefined, byMs);
        jump?.(byMs);
      },
    ],
  ];
  const plan = (moment: Moment, happen: () => void): void => {
    const rate = rates[moment] ?? 0;
    if (rate === 0 || (moment === 'clockJump' && jump === undefined)) return;
    // The time between events that know nothing of each other.
    const delayMs = (-Math.log(1 - rng.next()) * minuteMs) / rate;
    const timer = clock.setTimer(delayMs, () => {
      happen();
      plan(moment, happen);
    });
    timers.set(moment, timer);
  };
  for (const [moment, happen] of moments) plan(moment, happen);

  return {
    log,
    stop: () => {
      rule.remove();
      for (const timer of timers.values()) timer.cancel();
    },
  };
}
