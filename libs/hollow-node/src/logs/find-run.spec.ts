import { describe, expect, it } from '@jest/globals';
import type { ContainerState, Pod } from '../kubelet/resources.ts';
import { findRun, isOver } from './find-run.ts';

const terminated = { terminated: { exitCode: 1, containerID: 'hollow://1' } };
const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const waiting = (reason?: string): ContainerState => ({ waiting: reason === undefined ? {} : { reason } });

function pod(state?: ContainerState, lastState: ContainerState = {}, restartCount = 2): Pod {
  const status = { name: 'main', image: 'x', imageID: 'x', ready: false, restartCount, lastState };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'main', image: 'x' }] },
    status: state === undefined ? {} : { containerStatuses: [{ ...status, state }] },
  };
}

describe('findRun', () => {
  it.each([
    ['running', pod(running, terminated), false, 2],
    ['terminated', pod(terminated), false, 2],
    ['waiting to be restarted', pod(waiting('CrashLoopBackOff'), terminated), false, 2],
    ['running, before', pod(running, terminated), true, 1],
    ['waiting to be restarted, before', pod(waiting('CrashLoopBackOff'), terminated), true, 2],
  ])('of a container that is %s', (_, of, previous, restartCount) => {
    expect(findRun(of, 'main', previous)).toEqual({ restartCount });
  });

  it.each([
    ['no status', pod(), false, 'container "main" in pod "web" is not available'],
    ['no run before', pod(running), true, 'previous terminated container "main" in pod "web" not found'],
    ['an image', pod(waiting('ErrImagePull')), false, "is waiting to start: image can't be pulled"],
    [
      'back-off',
      pod(waiting('ImagePullBackOff')),
      false,
      'is waiting to start: trying and failing to pull image',
    ],
    ['others', pod(waiting('PodInitializing')), false, 'is waiting to start: PodInitializing'],
    ['an unknown reason', pod(waiting()), false, 'is waiting to start - no logs yet'],
    ['an end without a run', pod({ terminated: { exitCode: 128 } }), false, 'is terminated'],
  ])('refuses with 400: %s', (_, of, previous, message) => {
    expect(findRun(of, 'main', previous)).toEqual({ status: 400, message: expect.stringContaining(message) });
  });

  it('refuses with 404 a container that the pod does not have', () => {
    expect(findRun(pod(running), 'other', false)).toEqual({
      status: 404,
      message: 'container "other" not found in pod "web"',
    });
  });
});

describe('isOver', () => {
  it('is so when the container has ended, runs anew, or the pod is gone', () => {
    expect(isOver(pod(running), 'main', 2)).toBe(false);
    expect(isOver(pod(running), 'main', 1)).toBe(true);
    expect(isOver(pod(terminated), 'main', 2)).toBe(true);
    expect(isOver(undefined, 'main', 2)).toBe(true);
    expect(isOver(pod(), 'main', 2)).toBe(true);
  });
});
