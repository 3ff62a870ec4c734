// The simulated control plane: its handler in this process, under virtual time.
import { text } from 'node:stream/consumers';
import { seededRng, systemClock, VirtualClock } from '@neo4j-operator/clock';
import { createKubeSim, type KubeSim } from '@neo4j-operator/kube-sim';
import type { Answer, Call, Target, Watched, WatchReading } from './target.ts';

const user = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
type HandlerAnswer = ReturnType<KubeSim['handler']>;

/** How long a watch may take until the server ends it. */
const patienceMs = 60_000;

/** Makes one. */
export function createSimulatedTarget(): Target {
  const clock = new VirtualClock(systemClock.now());
  const sim = createKubeSim({ clock, rng: seededRng(1) });
  const send = ({ method, path, headers, body }: Call): HandlerAnswer => {
    const [plain = '', query] = path.split('?', 2);
    return sim.handler({ method, path: plain, query: new URLSearchParams(query), headers, body, user });
  };
  return {
    name: 'simulated',
    call: (call) => whole(send(call)),
    watch: (call, reading) => watch(clock, send(call), reading),
    pass: (ms) => clock.advance(ms),
    close: () => Promise.resolve(),
  };
}

async function whole(answer: HandlerAnswer): Promise<Answer> {
  if ('watch' in answer) return { ...answer, body: 'an endless watch' };
  if (!('later' in answer)) return answer;
  const late = await answer.later(new AbortController().signal);
  return { ...late, body: await text(late.body) };
}

async function watch(
  clock: VirtualClock,
  answer: HandlerAnswer,
  { untilEnd }: WatchReading,
): Promise<Watched> {
  if (!('watch' in answer)) return { ...(await whole(answer)), lines: [] };
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
  for (let waited = 0; untilEnd && !state.ended && waited < patienceMs; waited += 500)
    await clock.advance(500);
  stop();
  return { status: answer.status, headers: answer.headers, body: '', lines };
}
