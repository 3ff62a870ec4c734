import { describe, expect, it } from '@jest/globals';
import { podState, type ObservedPod } from './readiness.ts';
import type { PodState } from './types.ts';

const flags = { cpuInitializationPeriod: 300_000, initialReadinessDelay: 30_000 };

const ready: ObservedPod = {
  phase: 'Running',
  ready: true,
  startTime: 0,
  readyChangedAt: 0,
  deleted: false,
  unlisted: false,
  requests: { cpu: 1000, memory: undefined },
  usage: { cpu: undefined, memory: undefined },
  custom: {},
  sampleTime: 0,
  sampleWindow: 60_000,
};

function cpuState(changes: Partial<ObservedPod>, now = 1_000_000): PodState {
  return podState({ ...ready, sampleTime: now, ...changes }, 100, true, now, flags);
}

describe('how a pod counts', () => {
  it('ignores pods that go or have failed before it asks for a sample', () => {
    expect(cpuState({ deleted: true, phase: 'Pending' })).toBe('ignored');
    expect(podState({ ...ready, phase: 'Failed' }, undefined, true, 0, flags)).toBe('ignored');
  });

  it('takes pending pods as unready, and a completed one without a sample as missing', () => {
    expect(podState({ ...ready, phase: 'Pending' }, undefined, false, 0, flags)).toBe('unready');
    expect(podState({ ...ready, phase: 'Succeeded' }, undefined, false, 0, flags)).toBe('missing');
  });

  it('asks for readiness for CPU only', () => {
    const starting = { ...ready, ready: false, startTime: undefined };
    expect(podState(starting, 5, false, 0, flags)).toBe('ready');
    expect(podState(starting, 5, true, 0, flags)).toBe('unready');
  });

  it('does not use samples that reach back before a young pod was ready', () => {
    const young = { startTime: 0, readyChangedAt: 20_000 };
    expect(cpuState({ ...young, sampleTime: 79_999 }, 100_000)).toBe('unready');
    expect(cpuState({ ...young, sampleTime: 80_000 }, 100_000)).toBe('ready');
    expect(cpuState({ ...young, sampleTime: 79_999 }, 300_000)).toBe('ready');
  });

  it('takes a young pod that is not ready as unready, and later only one that never was', () => {
    const was = { ready: false, startTime: 0, readyChangedAt: 30_000 };
    expect(cpuState(was, 299_999)).toBe('unready');
    expect(cpuState(was, 300_000)).toBe('ready');
    expect(cpuState({ ...was, readyChangedAt: 29_999 }, 300_000)).toBe('unready');
  });

  it('takes Unknown as ready, and no condition as unready', () => {
    expect(cpuState({ ready: 'Unknown' })).toBe('ready');
    expect(cpuState({ ready: undefined })).toBe('unready');
  });

  it('has only a sample of what is no longer listed', () => {
    expect(cpuState({ unlisted: true, deleted: true })).toBe('unlisted');
  });
});
