import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { container, TestNode } from './node.spec-helper.ts';
import { probeStart, probeStep } from './probe.ts';
import type { Container } from './resources.ts';

describe('probeStep', () => {
  it('changes its verdict only after as many like outcomes in a row as the threshold says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean()),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (outcomes, successThreshold, failureThreshold) => {
          let state = probeStart('readiness');
          for (const [index, ok] of outcomes.entries()) {
            const before = state.verdict;
            state = probeStep(state, ok, { successThreshold, failureThreshold });
            const needed = ok ? successThreshold : failureThreshold;
            const last = outcomes.slice(Math.max(0, index + 1 - needed), index + 1);
            const isEnough = last.length === needed && last.every((each) => each === ok);
            expect(state.verdict).toBe(isEnough ? ok : before);
          }
        },
      ),
    );
  });
});

describe('probes', () => {
  let node: TestNode;
  /** What the container answers; undefined: nobody listens. */
  let status: number | undefined;
  let asked: number;
  beforeEach(async () => {
    node = await new TestNode().start();
    status = 200;
    asked = 0;
    node.behaviour = () => ({
      answer: () => {
        asked++;
        return Promise.resolve(status);
      },
    });
  });
  afterEach(() => node.stop());

  const httpGet = { port: 'http', path: '/live' };
  const withProbes = (more: Partial<Container>): { containers: Container[] } => ({
    containers: [container('main', { ports: [{ name: 'http', containerPort: 8080 }], ...more })],
  });

  it('make a container ready and unready', async () => {
    await node.run(withProbes({ readinessProbe: { httpGet, initialDelaySeconds: 5, periodSeconds: 10 } }));
    expect(node.container()).toMatchObject({ started: true, ready: false });
    expect(node.condition('Ready')).toBe('False ContainersNotReady containers with unready status: [main]');
    await node.pass(5);
    expect(node.condition('Ready')).toBe('True');
    status = 503;
    await node.pass(20);
    expect(node.condition('Ready')).toBe('True');
    await node.pass(10);
    expect(node.container().ready).toBe(false);
    expect(node.events).toContain(
      'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    );
  });

  it('restart a container that is not alive', async () => {
    await node.run(withProbes({ livenessProbe: { httpGet, periodSeconds: 1, failureThreshold: 2 } }));
    await node.pass(3);
    status = undefined;
    await node.pass(2);
    expect(node.events).toContain('Killing: Container main failed liveness probe, will be restarted');
    expect(node.container().restartCount).toBe(1);
  });

  it('let liveness wait until startup has succeeded', async () => {
    status = undefined;
    const probe = { tcpSocket: { port: 80 }, periodSeconds: 1 };
    await node.run(withProbes({ startupProbe: { ...probe, failureThreshold: 10 }, livenessProbe: probe }));
    await node.pass(5);
    expect(node.container()).toMatchObject({ restartCount: 0, started: false, ready: false });
    status = 200;
    await node.pass(1);
    expect(node.container()).toMatchObject({ started: true, ready: true });
    status = undefined;
    await node.pass(3);
    expect(node.container().restartCount).toBe(1);
  });

  it('restart a container that does not start up', async () => {
    status = undefined;
    await node.run(
      withProbes({ startupProbe: { grpc: { port: 80 }, periodSeconds: 2, failureThreshold: 2 } }),
    );
    await node.pass(1);
    expect(node.container().restartCount).toBe(0);
    await node.pass(2);
    expect(node.container().restartCount).toBe(1);
  });

  it('count what takes too long as a failure', async () => {
    node.behaviour = () => ({ exec: () => new Promise(() => undefined) });
    const exec = { command: ['check'] };
    const livenessProbe = { exec, timeoutSeconds: 3, periodSeconds: 1, failureThreshold: 1 };
    await node.run(withProbes({ livenessProbe }));
    await node.pass(2);
    expect(node.container().restartCount).toBe(0);
    await node.pass(1);
    expect(node.container().restartCount).toBe(1);
  });

  it('give a container that fails them the grace period of the probe', async () => {
    const livenessProbe = {
      httpGet,
      periodSeconds: 1,
      failureThreshold: 1,
      terminationGracePeriodSeconds: 5,
    };
    await node.run(withProbes({ livenessProbe, image: 'stays' }));
    await node.pass(1);
    status = 500;
    await node.pass(1);
    await node.pass(4);
    expect(node.puppet().signals).toEqual(['SIGTERM']);
    await node.pass(1);
    expect(node.container().restartCount).toBe(1);
  });

  it('go to the network when the program does not answer in process', async () => {
    const dialled: string[] = [];
    await node.stop();
    node = await new TestNode({
      dial: ({ type, host, port, path }) => {
        dialled.push(`${type} ${host}:${String(port)}${path}`);
        return Promise.resolve(200);
      },
    }).start();
    await node.run(withProbes({ readinessProbe: { httpGet } }));
    expect(dialled).toEqual(['httpGet 127.0.1.1:8080/live']);
    expect(node.container().ready).toBe(true);
  });

  it('do not kill a container that is being stopped, but still tell whether it is ready', async () => {
    const asked: string[] = [];
    node.behaviour = () => ({
      answer: ({ path }) => {
        asked.push(path);
        return Promise.resolve(200);
      },
    });
    const probe = (path: string): object => ({ httpGet: { port: 80, path }, periodSeconds: 1 });
    await node.run(
      withProbes({ livenessProbe: probe('/live'), readinessProbe: probe('/ready'), image: 'stays' }),
    );
    await node.deletePod();
    asked.splice(0);
    await node.pass(2);
    expect(asked).toEqual(['/ready', '/ready']);
  });

  it('end with their container', async () => {
    await node.run(withProbes({ livenessProbe: { httpGet, periodSeconds: 1 } }));
    await node.deletePod();
    asked = 0;
    await node.pass(10);
    expect(asked).toBe(0);
  });
});
