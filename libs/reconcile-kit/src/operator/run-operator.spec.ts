import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { systemClock } from '@neo4j-operator/clock';
import type { Controller, ControllerDeps } from '../controller/controller.ts';
import { objectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import type { Lease } from '../leader/lease.ts';
import {
  type Authority,
  createAuthority,
  type Handler,
  issue,
  startHttps,
} from '../transport/test-server.spec-helper.ts';
import { runOperator } from './run-operator.ts';
import type { HostProcess } from './run-process.ts';

let authority: Authority;
let leaf: { readonly cert: string; readonly key: string };
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  leaf = await issue(authority);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('an operator whose work heeds no signal', () => {
  it('ends all the same when another leads, and says why', async () => {
    const api = await startApi();
    const operator = startProcess(api.flags);
    await operator.says('at work');
    api.give('another');
    expect(await operator.ended).toEqual([1, null]);
    expect(operator.output()).toContain('leadership was lost');
  });

  it('ends all the same when its time to stop is over, and says why', async () => {
    const api = await startApi();
    const operator = startProcess(api.flags);
    await operator.says('at work');
    operator.process.kill('SIGTERM');
    expect(await operator.ended).toEqual([1, null]);
    expect(operator.output()).toMatch(/stopped without waiting any longer for .*statement/);
    expect(api.holder()).toMatch(/./);
  });
});

describe('an operator', () => {
  it('renews its lease however many slow requests there are', async () => {
    const api = await startApi();
    const operator = startHere(api.flags, ({ client }) =>
      heedful(async (stop) => {
        const hanging = Array.from({ length: 32 }, () =>
          client.get(slowThings, objectKey('n', 'slow'), { signal: stop }).catch(() => undefined),
        );
        await Promise.all(hanging);
      }),
    );
    await until(() => api.slow() === 32);
    const writes = api.leaseWrites();
    await until(() => api.leaseWrites() > writes);
    operator.send('SIGTERM');
    expect(await operator.exitCode).toBe(0);
  });

  it('gives the lease back at the end, and the signals', async () => {
    const api = await startApi();
    const started = Promise.withResolvers<undefined>();
    const operator = startHere(api.flags, () =>
      heedful((stop) => {
        started.resolve(undefined);
        return once(stop, 'abort');
      }),
    );
    await started.promise;
    operator.send('SIGTERM');
    expect(await operator.exitCode).toBe(0);
    expect(api.holder()).toBe('');
    expect(operator.listeners.size).toBe(0);
    expect(operator.exits).toEqual([]);
    await api.idle();
  });
});

describe('the command line of an operator', () => {
  async function run(args: readonly string[], env: HostProcess['env'] = {}) {
    let output = '';
    const out = { write: (text: string) => (output += text) };
    const none = (): void => undefined;
    const host: HostProcess = {
      argv: ['node', 'main', ...args],
      env,
      stdout: out,
      stderr: out,
      on: none,
      off: none,
      exit: none,
    };
    const options = { name: 'my-operator', metricsPrefix: 'spec', controllers: () => [] };
    return { exitCode: await runOperator(options, host), output };
  }

  it('is explained, with the variables that can stand for it', async () => {
    const { exitCode, output } = await run(['--help']);
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^my-operator: a Kubernetes operator\n/);
    expect(output).toContain('--metrics-port as MY_OPERATOR_METRICS_PORT');
  });

  it('is taken from the environment, and refused with the name of the variable', async () => {
    expect(await run([], { MY_OPERATOR_METRICS_PORT: 'none' })).toEqual({
      exitCode: 2,
      output: 'my-operator: MY_OPERATOR_METRICS_PORT is none: give a number from 0 to 65535\n',
    });
  });
});

const slowThings = defineResource<KubeObject>({
  group: 'example.com',
  version: 'v1',
  plural: 'things',
  kind: 'Thing',
  namespaced: true,
});

function heedful(work: (stop: AbortSignal) => Promise<unknown>): Controller {
  return {
    name: 'heedful',
    informers: [],
    async run(stop) {
      await work(stop);
    },
  };
}

/** As much of an API server as an election needs. All else is never answered. */
async function startApi() {
  let lease: Stored<Lease> | undefined;
  let version = 1;
  let leaseWrites = 0;
  let slow = 0;
  const watches = new Set<ServerResponse>();
  const show = (watch: ServerResponse, type: string, object: unknown): void => {
    watch.write(`${JSON.stringify({ type, object })}\n`);
  };
  const store = (written: Lease): Stored<Lease> => {
    const metadata = { ...written.metadata, uid: 'u', resourceVersion: String(++version) };
    lease = { ...written, metadata };
    for (const watch of watches) show(watch, 'MODIFIED', lease);
    return lease;
  };
  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status).end(JSON.stringify(body));
  };
  const handle: Handler = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
    if (!pathname.includes('/leases')) {
      slow++;
    } else if (searchParams.has('watch')) {
      watches.add(response);
      if (lease !== undefined) show(response, 'ADDED', lease);
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      show(response, 'BOOKMARK', { metadata: { resourceVersion: String(version), annotations } });
    } else if (request.method === 'GET') {
      if (lease === undefined) answer(response, 404, { kind: 'Status', reason: 'NotFound', code: 404 });
      else answer(response, 200, lease);
    } else {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        leaseWrites++;
        answer(response, 200, store(JSON.parse(body) as Lease));
      });
    }
  };
  const server = await startHttps(leaf, handle);
  closing.push(() => server.close());
  return {
    flags: ['--kubeconfig', writeKubeconfig(server.url), '--metrics-port', '0', '--log-level', 'error'],
    slow: () => slow,
    leaseWrites: () => leaseWrites,
    holder: () => lease?.spec?.holderIdentity,
    idle: () => server.idle(),
    /** Another has taken the lease. */
    give(holderIdentity: string) {
      if (lease !== undefined) store({ ...lease, spec: { ...lease.spec, holderIdentity } });
    },
  };
}

function writeKubeconfig(server: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'run-operator-'));
  closing.push(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'kubeconfig');
  const ca = Buffer.from(authority.ca).toString('base64');
  writeFileSync(
    file,
    JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', namespace: 'n' } }],
      clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': ca } }],
    }),
  );
  return file;
}

/** Runs an operator with a process that is made up. */
function startHere(flags: readonly string[], controller: (deps: ControllerDeps) => Controller) {
  const listeners = new Map<NodeJS.Signals, (signal: NodeJS.Signals) => void>();
  const exits: number[] = [];
  const nowhere = { write: () => true };
  const host: HostProcess = {
    argv: ['node', 'main', ...flags],
    env: {},
    stdout: nowhere,
    stderr: nowhere,
    on: (signal, listener) => listeners.set(signal, listener),
    off: (signal) => listeners.delete(signal),
    exit: (code) => exits.push(code),
  };
  const exitCode = runOperator(
    { name: 'spec', metricsPrefix: 'spec', controllers: (deps) => [controller(deps)] },
    host,
  );
  return { exitCode, exits, listeners, send: (signal: NodeJS.Signals) => listeners.get(signal)?.(signal) };
}

/** Runs the stuck operator in a process of its own. */
function startProcess(flags: readonly string[]) {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    [
      '--conditions=@neo4j-operator/source',
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'stuck-operator.spec-helper.ts'),
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: {} },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close');
  closing.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    process: child,
    output: () => output,
    says: (words: string) => until(() => output.includes(words)),
    /** Exit code and signal. */
    ended,
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => systemClock.setTimer(5, resolve));
}
