import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import type { ControlPlane } from '../../controlplane/src/index.ts';
import {
  type Action,
  AnswerTape,
  blackhole,
  blackholeAfterEvents,
  duplicateEvents,
  editEvents,
  endAfterEvents,
  errorEvent,
  fin,
  finAfterEvents,
  htmlPage200,
  injectEvent,
  oneByteChunks,
  reset,
  resetAfterEvents,
  type Rule,
  slowDrip,
  status,
  truncateEvent,
  type WatchEvent,
} from '../../faultproxy/src/index.ts';
import { fastClock } from './fast-clock.spec-helper.ts';
import { informerUser, Scene } from './scene.spec-helper.ts';

interface Fault {
  readonly name: string;
  readonly rules: readonly Rule[];
  /**
   * What the informer does about it: go on from the last version, having told each change once; read everything anew that many times;
   * or have nothing to do at all.
   */
  readonly answer: 'resumes' | 'none' | { readonly snapshots: number };
  /** How long it must wait after an answer of 429, in milliseconds. */
  readonly waitMs?: number;
  /** How many objects there are at most. */
  readonly names?: number;
  /** How many times faster than the machine's its clock runs, if not as usual. */
  readonly rate?: number;
  /** The list that it gets is older than what it has, as after a restore of etcd. */
  readonly goesBack?: boolean;
}

/** Each watch shows this many events before its fault: the first one the snapshot, too, which takes four. */
const soon = 8;

const everyWatch = (action: Action, times = Infinity): Rule => ({ watch: true, times, action });
const once = (action: Action): Rule => everyWatch(action, 1);
const firstEnd = once(endAfterEvents(soon));
const noWatchList: Rule = {
  where: ({ query }) => query.has('sendInitialEvents'),
  times: Infinity,
  action: status(400),
};
const onceList = (action: Action): Rule => ({ watch: false, action });
/** Exchanges each two neighbours among the events with these numbers. */
function swapPairs(from: number, to: number): Action {
  let held: WatchEvent | undefined;
  return editEvents((event, number) => {
    if (number < from || number > to) return [event];
    if (held === undefined) {
      held = event;
      return [];
    }
    const pair = [event, held];
    held = undefined;
    return pair;
  });
}

/** A suite has a tape of its own, or it would hear what another control plane has answered. */
function faultTable(tape = new AnswerTape()): readonly Fault[] {
  return [
    { name: 'resets', rules: [everyWatch(resetAfterEvents(soon), 3)], answer: 'resumes' },
    { name: 'FINs', rules: [everyWatch(finAfterEvents(soon), 3)], answer: 'resumes' },
    { name: 'proper ends', rules: [everyWatch(endAfterEvents(soon), 6)], answer: 'resumes' },
    { name: 'truncated events', rules: [everyWatch(truncateEvent(soon), 3)], answer: 'resumes' },
    {
      name: 'a half-open connection',
      rules: [once(blackholeAfterEvents(soon))],
      answer: 'resumes',
      rate: 15,
    },
    { name: 'no answer', rules: [firstEnd, once(blackhole())], answer: 'resumes', rate: 15 },
    { name: 'resets before the answer', rules: [firstEnd, everyWatch(reset(), 2)], answer: 'resumes' },
    { name: 'FINs before the answer', rules: [firstEnd, everyWatch(fin(), 2)], answer: 'resumes' },
    { name: '401', rules: [firstEnd, once(status(401))], answer: 'resumes' },
    { name: '403', rules: [firstEnd, once(status(403))], answer: 'resumes' },
    {
      name: '429 with Retry-After',
      rules: [firstEnd, once(status(429, { retryAfterSeconds: 2 }))],
      answer: 'resumes',
      waitMs: 2000,
      rate: 1,
    },
    { name: '500', rules: [firstEnd, once(status(500))], answer: 'resumes' },
    { name: '503', rules: [firstEnd, once(status(503))], answer: 'resumes' },
    { name: 'a web page with 200', rules: [firstEnd, once(htmlPage200())], answer: 'resumes' },
    { name: 'an ERROR event 500', rules: [once(injectEvent(errorEvent(500), soon))], answer: 'resumes' },
    {
      name: 'an ERROR event 429',
      rules: [once(injectEvent(errorEvent(429, { retryAfterSeconds: 1 }), soon))],
      answer: 'resumes',
    },
    { name: 'duplicated events', rules: [everyWatch(duplicateEvents(Infinity))], answer: 'none' },
    { name: 'a slow drip', rules: [everyWatch(slowDrip(100, 3))], answer: 'none' },
    { name: 'a byte at a time', rules: [everyWatch(oneByteChunks())], answer: 'none' },
    { name: 'swapped events', rules: [once(swapPairs(soon, soon + 19))], answer: { snapshots: 1 }, names: 1 },
    { name: '410', rules: [firstEnd, once(status(410))], answer: { snapshots: 2 } },
    {
      name: 'an ERROR event 410',
      rules: [once(injectEvent(errorEvent(410), soon))],
      answer: { snapshots: 2 },
    },
    { name: '500 at first', rules: [once(status(500))], answer: { snapshots: 2 } },
    { name: 'a web page at first', rules: [once(htmlPage200())], answer: { snapshots: 2 } },
    { name: 'a reset within the snapshot', rules: [once(resetAfterEvents(2))], answer: { snapshots: 2 } },
    { name: 'streamed snapshots refused', rules: [noWatchList, firstEnd], answer: { snapshots: 2 } },
    {
      name: 'lists that fail',
      rules: [noWatchList, onceList(status(503)), onceList(htmlPage200())],
      answer: { snapshots: 4 },
    },
    {
      name: 'an older list',
      rules: [
        noWatchList,
        onceList(tape.record()),
        once(injectEvent(errorEvent(410), soon)),
        onceList(tape.replayOlderAnswer()),
      ],
      answer: { snapshots: 3 },
      goesBack: true,
    },
  ];
}

describeOnControlPlanes('An informer under faults', (start) => {
  const faults = faultTable();
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await start({ tokenUsers: [informerUser] });
  });
  afterAll(() => controlPlane.stop());

  it.concurrent.each(faults)('misses nothing, and stays silent after stop: $name', async (fault) => {
    const { rate, names, rules, answer, waitMs } = fault;
    const scene = await Scene.open(controlPlane, `fault-${faults.indexOf(fault)}`, {
      ...(rate === undefined ? {} : { clock: fastClock(rate) }),
      ...(names === undefined ? {} : { names }),
    });
    try {
      scene.replica.mayGoBack = fault.goesBack ?? false;
      const scripted = rules.map((rule) => scene.proxy.script(rule));
      const allHit = (): boolean =>
        scripted.every(({ hits }, at) => hits > 0 && hits >= finite(rules[at]?.times ?? 1));
      await scene.writer.write(3);
      await scene.start();
      await scene.writer.writeUntil(allHit);
      await scene.writer.write(30);
      await scene.settled();

      expect(allHit()).toBe(true);
      if (typeof answer === 'object') {
        expect(scene.snapshots).toHaveLength(answer.snapshots);
      } else {
        expect(scene.snapshots).toHaveLength(1);
        scene.expectEveryChangeOnce();
        if (answer === 'resumes') scene.expectResumes();
        else expect(scene.resumed).toEqual([]);
      }
      if (waitMs !== undefined) expect(scene.waitAfter(429)).toBeGreaterThanOrEqual(waitMs);
      await scene.stopped();
    } finally {
      await scene.close();
    }
  });
});

function finite(times: number): number {
  return Number.isFinite(times) ? times : 0;
}
