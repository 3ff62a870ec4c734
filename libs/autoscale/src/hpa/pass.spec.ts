import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PassStep } from './metric.ts';
import { hpaPass, initialState, type HpaController, type HpaSpec } from './pass.ts';

const controller: HpaController = {
  tolerance: 0.1,
  downscaleStabilization: 300_000,
  cpuInitializationPeriod: 300_000,
  initialReadinessDelay: 30_000,
};
const quickly = {
  stabilizationWindow: 0,
  policies: [{ type: 'Percent' as const, value: 1000, period: 1000 }],
  selectPolicy: 'Max' as const,
  tolerance: 0.1,
};
const spec: HpaSpec = {
  minReplicas: 2,
  maxReplicas: 10,
  metrics: [{ type: 'External', name: 'queue', target: { type: 'AverageValue', value: 1000 } }],
  behavior: { scaleUp: quickly, scaleDown: quickly },
};

function step(changes: Partial<PassStep>): PassStep {
  return {
    time: 0,
    specReplicas: 4,
    statusReplicas: 4,
    pods: [],
    external: { queue: 4000 },
    podMetricsError: false,
    scaleReadError: false,
    scaleWriteError: false,
    ...changes,
  };
}

describe('a pass', () => {
  it('records the proposal and the change that it made', () => {
    const { outcome, next } = hpaPass(
      spec,
      controller,
      initialState(false),
      step({ external: { queue: 6500 } }),
    );
    expect(outcome).toMatchObject({ desiredReplicas: 7, rescaled: true, proposal: 7, failed: false });
    expect(next.recommendations).toEqual([
      { time: 0, replicas: 4 },
      { time: 0, replicas: 7 },
    ]);
    expect(next.events).toEqual([{ time: 0, change: 3 }]);
  });

  it('records no change that could not be written', () => {
    const failing = step({ external: { queue: 6500 }, scaleWriteError: true });
    const { outcome, next } = hpaPass(spec, controller, initialState(false), failing);
    expect(outcome).toMatchObject({ desiredReplicas: 4, rescaled: false, failed: true, proposal: 7 });
    expect(next.events).toEqual([]);
  });

  it('holds when its metrics fail, and when there are none', () => {
    const blind = hpaPass(spec, controller, initialState(false), step({ external: {} })).outcome;
    expect(blind).toMatchObject({ desiredReplicas: 4, failed: true, proposal: undefined });
    const unasked = hpaPass({ ...spec, metrics: [] }, controller, initialState(false), step({})).outcome;
    expect(unasked).toMatchObject({ desiredReplicas: 4, failed: true, proposal: undefined });
  });

  it('changes nothing that it knows when the size cannot be read', () => {
    const before = hpaPass(spec, controller, initialState(false), step({})).next;
    const { next } = hpaPass(spec, controller, before, step({ time: 15_000, scaleReadError: true }));
    expect({ ...next, conditions: [] }).toEqual({ ...before, conditions: [] });
  });

  it('never leaves the bounds, and never changes what it is given, whatever is measured', () => {
    const passes = fc.array(
      fc.record({
        queue: fc.option(fc.oneof(fc.double(), fc.integer({ min: -5000, max: 50_000 })), { nil: undefined }),
        dt: fc.integer({ min: -60_000, max: 120_000 }),
        scaleReadError: fc.boolean(),
        scaleWriteError: fc.boolean(),
      }),
      { maxLength: 15 },
    );
    fc.assert(
      fc.property(passes, fc.boolean(), (list, legacy) => {
        const wanted: HpaSpec = legacy ? { ...spec, behavior: undefined } : spec;
        let state = initialState(false);
        let size = 4;
        let time = 0;
        for (const { queue, dt, ...errors } of list) {
          time += dt;
          const seen = step({
            time,
            specReplicas: size,
            statusReplicas: size,
            external: { queue },
            ...errors,
          });
          const before = JSON.stringify(state);
          const { outcome, next } = hpaPass(wanted, controller, state, seen);
          expect(JSON.stringify(state)).toBe(before);
          expect(Number.isInteger(outcome.desiredReplicas)).toBe(true);
          expect(outcome.desiredReplicas).toBeGreaterThanOrEqual(2);
          expect(outcome.desiredReplicas).toBeLessThanOrEqual(10);
          state = next;
          size = outcome.desiredReplicas;
        }
      }),
    );
  });

  it('does not move under a load that stays within tolerance', () => {
    const noise = fc.array(fc.integer({ min: 3600, max: 4400 }), { maxLength: 40 });
    fc.assert(
      fc.property(noise, fc.boolean(), (loads, legacy) => {
        const wanted: HpaSpec = legacy ? { ...spec, behavior: undefined } : spec;
        let state = initialState(false);
        loads.forEach((queue, index) => {
          const { outcome, next } = hpaPass(
            wanted,
            controller,
            state,
            step({ time: index * 15_000, external: { queue } }),
          );
          expect(outcome.rescaled).toBe(false);
          state = next;
        });
      }),
    );
  });
});
