// Asks or tells a container something: what probes and lifecycle hooks have in common.
import { type Clock, sleep } from '@neo4j-operator/clock';
import type { RunningProgram } from '../program.ts';
import type { Dialer } from './contract.ts';
import type { Container, Handler, HttpGet } from './resources.ts';

/** A container that runs, and how to reach it. */
export interface Target {
  readonly program: RunningProgram;
  readonly container: Container;
  readonly podIp: string;
  readonly dial: Dialer;
  readonly clock: Clock;
}

/** How it went, and for people what was said. */
export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Does what the handler says. It never rejects; what takes longer than `timeoutMs`, if that is given, has failed. */
export async function perform(
  handler: Handler,
  target: Target,
  timeoutMs: number | undefined,
): Promise<Outcome> {
  const overdue = new AbortController();
  const done = new AbortController();
  try {
    const attempted = attempt(handler, target, overdue.signal);
    if (timeoutMs === undefined) return await attempted;
    const isOver = sleep(target.clock, timeoutMs, done.signal).then((): Outcome => {
      overdue.abort();
      return { ok: false, output: `timed out after ${String(timeoutMs / 1000)}s` };
    });
    return await Promise.race([attempted, isOver]);
  } catch (error) {
    return { ok: false, output: error instanceof Error ? error.message : String(error) };
  } finally {
    done.abort();
  }
}

async function attempt(handler: Handler, target: Target, signal: AbortSignal): Promise<Outcome> {
  const { exec, httpGet, tcpSocket, grpc, sleep: pause } = handler;
  if (exec !== undefined) return execute(exec.command ?? [], target.program, signal);
  if (httpGet !== undefined) return get(httpGet, target, signal);
  if (tcpSocket !== undefined)
    return connect('tcpSocket', tcpSocket.port, '', target, signal, tcpSocket.host);
  if (grpc !== undefined) return connect('grpc', grpc.port, grpc.service ?? '', target, signal);
  if (pause !== undefined) await sleep(target.clock, pause.seconds * 1000, signal);
  return { ok: true, output: '' };
}

async function execute(
  command: readonly string[],
  program: RunningProgram,
  signal: AbortSignal,
): Promise<Outcome> {
  const { code, output } = (await program.exec?.(command, signal)) ?? {
    code: 127,
    output: `${command[0] ?? ''}: not found`,
  };
  return { ok: code === 0, output };
}

async function get(request: HttpGet, target: Target, signal: AbortSignal): Promise<Outcome> {
  const { path = '/', scheme = 'HTTP', host = '' } = request;
  const headers: Record<string, string> = { 'user-agent': 'kube-probe/1.37', accept: '*/*' };
  for (const { name, value } of request.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  const status = await ask('httpGet', request.port, path, headers, scheme, target, signal, host);
  if (status === undefined) {
    const address = `${scheme.toLowerCase()}://${host === '' ? target.podIp : host}:${String(request.port)}${path}`;
    return { ok: false, output: `Get ${JSON.stringify(address)}: connection refused` };
  }
  const ok = status >= 200 && status < 400;
  return { ok, output: ok ? '' : `HTTP probe failed with statuscode: ${String(status)}` };
}

async function connect(
  type: 'tcpSocket' | 'grpc',
  port: number | string,
  service: string,
  target: Target,
  signal: AbortSignal,
  host = '',
): Promise<Outcome> {
  const status = await ask(type, port, service, {}, 'http', target, signal, host);
  if (status === 200) return { ok: true, output: '' };
  const address = `${host === '' ? target.podIp : host}:${String(port)}`;
  return {
    ok: false,
    output: status === undefined ? `dial tcp ${address}: connect: connection refused` : 'service unhealthy',
  };
}

async function ask(
  type: 'httpGet' | 'tcpSocket' | 'grpc',
  named: number | string,
  path: string,
  headers: Readonly<Record<string, string>>,
  scheme: string,
  { program, container, podIp, dial }: Target,
  signal: AbortSignal,
  host: string,
): Promise<number | undefined> {
  const port = portOf(named, container);
  if (program.answer !== undefined && host === '') return program.answer({ type, port, path, headers });
  return dial({
    type,
    host: host === '' ? podIp : host,
    port,
    scheme: scheme.toLowerCase() === 'https' ? 'https' : 'http',
    path,
    headers,
    signal,
  });
}

function portOf(port: number | string, { ports = [] }: Container): number {
  if (typeof port === 'number') return port;
  return ports.find(({ name }) => name === port)?.containerPort ?? Number(port);
}
