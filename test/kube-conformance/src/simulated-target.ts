// The simulated control plane: its handler in this process, under virtual time.
import { text } from 'node:stream/consumers';
import { seededRng, systemClock, VirtualClock } from '@neo4j-operator/clock';
import { createKubeSim, type KubeSim } from '@neo4j-operator/kube-sim';
import type { Answer, Call, Target, Watched, WatchReading } from './target.ts';

const user = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
type HandlerAnswer = ReturnType<KubeSim['handler']>;

/** How long a watch may take until the server ends it. */
const patienceMs = 60_000;
/** So much virtual time at once while something is waited for. */
const stepMs = 500;

/** Makes one, with controllers or without. */
export function createSimulatedTarget({ controllers }: { readonly controllers: boolean }): Target {
  const clock = new VirtualClock(systemClock.now());
  const sim = createKubeSim({ clock, rng: seededRng(1), controllers });
  const send = ({ method, path, headers, body }: Call): HandlerAnswer => {
    const [plain = '', query] = path.split('?', 2);
    return sim.handler({ method, path: plain, query: new URLSearchParams(query), headers, body, user });
  };
  return {
    name: 'simulated',
    call: (call) => whole(clock, send(call)),
    watch: (call, reading) => watch(clock, send(call), reading),
    pass: (ms) => clock.advance(ms),
    close: () => Promise.resolve(),
  };
}

async function whole(clock: VirtualClock, answer: HandlerAnswer): Promise<Answer> {
  if ('watch' in answer) return { ...answer, body: 'an endless watch' };
  if (!('later' in answer)) return answer;
  const late = answer.later(new AbortController().signal).then(async ({ status, headers, body }) => ({
    status,
    headers,
    body: await text(body),
  }));
  const state = { settled: false };
  const settle = (): void => {
    state.settled = true;
  };
  late.then(settle, settle);
  while (!state.settled) await clock.advance(stepMs);
  return late;
}

async function watch(
  clock: VirtualClock,
  answer: HandlerAnswer,
  { untilEnd }: WatchReading,
): Promise<Watched> {
  if (!('watch' in answer)) {
    const { status, headers, body } = await whole(clock, answer);
    if (status !== 200) return { status, headers, body, lines: [] };
    return { status, headers, body: '', lines: body.split('\n').slice(0, -1) };
  }
  const lines: string[] = [];
  const state = { ended: false };
  const stop = answer.watch.open({
    line: (line) => {
      lines.push(line.trimEnd());
    },
    end: () => {
      state.ended = true;
    },
  });
  for (let waited = 0; untilEnd && !state.ended && waited < patienceMs; waited += stepMs)
    await clock.advance(stepMs);
  stop();
  return { status: answer.status, headers: answer.headers, body: '', lines };
}
