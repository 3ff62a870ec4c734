import { expect, it } from '@jest/globals';
import { container, pathOf, TestNode } from './node.spec-helper.ts';

it('runs 500 pods with probes, and says nothing while nothing happens', async () => {
  const node = await new TestNode().start();
  node.behaviour = () => ({ answer: () => Promise.resolve(200) });
  const readinessProbe = { tcpSocket: { port: 80 } };
  for (let index = 0; index < 500; index++) {
    node.server.put(pathOf(`web-${String(index)}`), {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { nodeName: 'node-a', containers: [container('main', { readinessProbe })] },
    });
  }
  await node.settle();
  expect(node.kubelet.activePods).toBe(500);
  expect(node.condition('Ready', 'web-499')).toBe('True');
  node.server.writes.splice(0);
  await node.pass(11);
  expect(node.server.writes).toEqual([]);
  await node.stop();
}, 30_000);
