// Speaks to a control plane over one connection that is kept, so that several hundred requests a second go through.
import type { IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { Call, Target, Watched, WatchReading } from './target.ts';

const deadlineMs = 30_000;
/** A watch that has been silent for so long has said all that happened before. */
const silenceMs = 300;
/** The same after as many lines as are expected: only more than these would be missed. */
const shortSilenceMs = 25;

/** Where a server is, and how a client and it know each other. */
export interface HttpsServer extends Pick<AgentOptions, 'ca' | 'cert' | 'key'> {
  readonly name: string;
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A server as a target; it is stopped when the target is closed. */
export function httpsTarget({ name, url, stop, ...trust }: HttpsServer): Target {
  const agent = new Agent({ keepAlive: true, ...trust });
  const send = (call: Call): Promise<IncomingMessage> => sendTo(url, agent, call);
  return {
    name,
    async call(call) {
      const answer = await send(call);
      return { ...headOf(answer), body: await text(answer) };
    },
    async watch(call, reading) {
      const answer = await send(call);
      if (answer.statusCode !== 200) return { ...headOf(answer), body: await text(answer), lines: [] };
      return readWatch(answer, reading);
    },
    async pass(ms) {
      await sleep(systemClock, ms);
    },
    async close() {
      agent.destroy();
      await stop();
    },
  };
}

function sendTo(server: string, agent: Agent, call: Call): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Node does not say by itself how long the body of a DELETE is.
    const length = call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) };
    const options = {
      agent,
      method: call.method,
      headers: { ...call.headers, ...length },
      timeout: deadlineMs,
    };
    const sent = request(server + call.path, options, resolve);
    sent.once('error', reject);
    sent.once('timeout', () => {
      sent.destroy(new Error(`no answer to ${call.method} ${call.path} within ${deadlineMs} ms`));
    });
    sent.end(call.body);
  });
}

function readWatch(
  answer: IncomingMessage,
  { untilEnd, expected = Infinity }: WatchReading,
): Promise<Watched> {
  return new Promise((resolve) => {
    let received = '';
    const lines = (): string[] => received.split('\n').slice(0, -1);
    const finish = (): void => {
      timer.cancel();
      answer.destroy();
      resolve({ ...headOf(answer), body: '', lines: lines() });
    };
    const patience = (): number => {
      if (untilEnd) return deadlineMs;
      return lines().length >= expected ? shortSilenceMs : silenceMs;
    };
    let timer = systemClock.setTimer(patience(), finish);
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      received += chunk;
      timer.cancel();
      timer = systemClock.setTimer(patience(), finish);
    });
    // Breaking a watch off is an error to Node; its lines are what counts.
    answer.on('error', () => undefined);
    answer.once('close', finish);
  });
}

function headOf(answer: IncomingMessage): { status: number; headers: Record<string, string> } {
  const headers = Object.entries(answer.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)] as const,
  );
  return { status: answer.statusCode ?? 0, headers: Object.fromEntries(headers) };
}
