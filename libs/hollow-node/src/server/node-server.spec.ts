import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock, systemRng } from '@neo4j-operator/clock';
import type { ContainerState, Pod } from '../kubelet/resources.ts';
import { createLogStore, type LogStore } from '../logs/log-store.ts';
import { selfSigned } from './certificate.ts';
import { type NodeServer, startNodeServer } from './node-server.ts';

const address = '127.0.0.1';
const certificate = selfSigned('node-a', address, systemClock.now(), systemRng);
const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };

function pod(state: ContainerState): Pod {
  const status = {
    name: 'main',
    image: 'x',
    imageID: 'x',
    ready: true,
    restartCount: 0,
    lastState: {},
    state,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'ns', uid: 'uid' },
    spec: { containers: [{ name: 'main', image: 'x' }] },
    status: { containerStatuses: [status] },
  };
}

let present: Pod | undefined;
let changed = new Set<() => void>();
let logs: LogStore;
let server: NodeServer;

beforeEach(async () => {
  present = pod(running);
  changed = new Set();
  logs = createLogStore(systemClock, 10_000);
  server = await startNodeServer({
    address,
    certificate,
    logs,
    clock: systemClock,
    pods: {
      find: (namespace, name) => (namespace === 'ns' && name === 'web' ? present : undefined),
      onChange: (_, callback) => {
        changed.add(callback);
        return () => changed.delete(callback);
      },
    },
  });
});
afterEach(() => server.close());

interface Answer {
  readonly status: number;
  /** So far. */
  text: string;
  readonly ended: Promise<void>;
  leave(): void;
}

/** Resolves with the headers; the server must be who its certificate says. */
function get(path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: address, port: server.port, path, ca: certificate.cert, agent: false },
      (message) => {
        const answer: Answer = {
          status: message.statusCode ?? 0,
          text: '',
          ended: new Promise((end) => {
            message.once('close', end);
          }),
          leave: () => message.destroy(),
        };
        message.setEncoding('utf8').on('data', (chunk: string) => {
          answer.text += chunk;
        });
        message.on('error', () => undefined);
        resolve(answer);
      },
    );
    sent.once('error', reject);
    sent.end();
  });
}

async function whole(path: string): Promise<[number, string]> {
  const answer = await get(path);
  await answer.ended;
  return [answer.status, answer.text];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await systemClock.yield();
}

describe('the certificate', () => {
  it('names the node and its address, for a year', () => {
    const read = new X509Certificate(certificate.cert);
    expect(read.subjectAltName).toBe(`DNS:node-a, IP Address:${address}`);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(Date.parse(read.validTo) - systemClock.now()).toBeGreaterThan(364 * 24 * 3_600_000);
  });
});

describe('the server of a node', () => {
  it('is well', async () => {
    expect(await whole('/healthz')).toEqual([200, 'ok']);
    expect((await whole('/exec/ns/web/main'))[0]).toBe(404);
  });

  it('gives the log of a container', async () => {
    const log = logs.open({ namespace: 'ns', pod: 'web', podUid: 'uid', container: 'main', restartCount: 0 });
    log.write('one', 'stdout');
    log.write('zwei ä', 'stderr');
    expect(await whole('/containerLogs/ns/web/main')).toEqual([200, 'one\nzwei ä\n']);
    expect(await whole('/containerLogs/ns/web/main?limitBytes=6')).toEqual([200, 'one\nzw']);
    expect(await whole('/containerLogs/ns/web/main?stream=Stdout')).toEqual([200, 'one\n']);
  });

  it('has nothing of a run that left nothing', async () => {
    expect(await whole('/containerLogs/ns/web/main')).toEqual([200, '']);
  });

  it.each([
    ['/containerLogs/ns/other/main', 404, 'pod "other" does not exist'],
    ['/containerLogs/ns/web/other', 404, 'container "other" not found in pod "web"'],
    [
      '/containerLogs/ns/web/main?previous=true',
      400,
      'previous terminated container "main" in pod "web" not found',
    ],
    ['/containerLogs/ns/web/main?tailLines=many', 400, '{"message": "Unable to decode query."}'],
  ])('refuses %s', async (path, status, text) => {
    expect(await whole(path)).toEqual([status, text]);
  });

  it('follows until the container has ended', async () => {
    const log = logs.open({ namespace: 'ns', pod: 'web', podUid: 'uid', container: 'main', restartCount: 0 });
    log.write('one', 'stdout');
    const answer = await get('/containerLogs/ns/web/main?follow=true');
    await until(() => changed.size === 1);
    log.write('two', 'stdout');
    await until(() => answer.text === 'one\ntwo\n');
    for (const callback of changed) callback();
    log.write('three', 'stdout');
    present = pod({ terminated: { exitCode: 0, containerID: 'x' } });
    for (const callback of changed) callback();
    await answer.ended;
    expect(answer.text).toBe('one\ntwo\nthree\n');
    await until(() => changed.size === 0);
  });

  it('stops to follow when nobody listens, the limit is reached, or the next run begins', async () => {
    const open = (restartCount: number) =>
      logs.open({ namespace: 'ns', pod: 'web', podUid: 'uid', container: 'main', restartCount });
    const log = open(0);
    const left = await get('/containerLogs/ns/web/main?follow=true');
    left.leave();
    await until(() => changed.size === 0);
    const limited = await get('/containerLogs/ns/web/main?follow=true&limitBytes=3');
    const restarted = await get('/containerLogs/ns/web/main?follow=true');
    await until(() => changed.size === 2);
    log.write('long', 'stdout');
    await limited.ended;
    open(1);
    await restarted.ended;
    expect([limited.text, restarted.text]).toEqual(['lon', 'long\n']);
  });
});

describe('the server of a node', () => {
  it.each(['/containerLogs/%E0%A4%A/web/main', '//', '/containerLogs/ns/web/%'])(
    'refuses the path %s and goes on',
    async (path) => {
      const answer = await get(path);
      expect([400, 404]).toContain(answer.status);
      expect((await get('/healthz')).status).toBe(200);
    },
  );
});
