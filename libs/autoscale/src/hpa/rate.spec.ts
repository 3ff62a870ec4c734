import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ScalingRules } from '../policy/types.ts';
import { limitRate, type RateInput } from './rate.ts';

type Policies = ScalingRules['policies'];

function rules(policies: Policies, selectPolicy: ScalingRules['selectPolicy'] = 'Max'): ScalingRules {
  return { stabilizationWindow: 0, policies, selectPolicy, tolerance: 0.1 };
}
const pods = (value: number, period = 60): Policies[number] => ({ type: 'Pods', value, period });
const percent = (value: number, period = 60): Policies[number] => ({ type: 'Percent', value, period });

function input(changes: Partial<RateInput>): RateInput {
  return {
    wanted: 10,
    current: 10,
    events: [],
    now: 100,
    scaleUp: rules([pods(3), percent(100)]),
    scaleDown: rules([pods(3), percent(50)]),
    min: 1,
    max: 500,
    ...changes,
  };
}

describe('rates and bounds', () => {
  it('Max takes the policy with the larger change, Min the smaller, Disabled none', () => {
    const up = input({ wanted: 100 });
    expect(limitRate(up)).toEqual({ replicas: 20, limit: 'ScaleUpLimit' });
    expect(limitRate({ ...up, scaleUp: { ...up.scaleUp, selectPolicy: 'Min' } }).replicas).toBe(13);
    expect(limitRate({ ...up, scaleUp: { ...up.scaleUp, selectPolicy: 'Disabled' } }).replicas).toBe(10);
    const down = input({ wanted: 1 });
    expect(limitRate(down)).toEqual({ replicas: 5, limit: 'ScaleDownLimit' });
    expect(limitRate({ ...down, scaleDown: { ...down.scaleDown, selectPolicy: 'Min' } }).replicas).toBe(7);
    expect(limitRate({ ...down, scaleDown: { ...down.scaleDown, selectPolicy: 'Disabled' } }).replicas).toBe(
      10,
    );
  });

  it('allows nothing without policies', () => {
    expect(limitRate(input({ wanted: 20, scaleUp: rules([]) })).replicas).toBe(10);
    expect(limitRate(input({ wanted: 2, scaleDown: rules([], 'Min') })).replicas).toBe(10);
  });

  it('rounds percents in binary floating point: up on the way up, cut on the way down', () => {
    expect(limitRate(input({ wanted: 400, current: 100, scaleUp: rules([percent(10)]) })).replicas).toBe(111);
    expect(limitRate(input({ wanted: 1, current: 100, scaleDown: rules([percent(67)]) })).replicas).toBe(32);
    expect(limitRate(input({ wanted: 1, current: 5, scaleDown: rules([percent(10)]) })).replicas).toBe(4);
  });

  it('counts from the size at the start of the period; an event exactly as old is out of it', () => {
    const given = input({ wanted: 20, scaleUp: rules([pods(3)]), events: [{ time: 40, change: 2 }] });
    expect(limitRate(given).replicas).toBe(13);
    expect(limitRate({ ...given, now: 99 }).replicas).toBe(11);
    expect(limitRate({ ...given, now: 99, events: [{ time: 40, change: -2 }] }).replicas).toBe(15);
  });

  it('stays where it is when the limit lies behind it', () => {
    const events = [{ time: 90, change: 8 }];
    expect(limitRate(input({ wanted: 20, events, scaleUp: rules([pods(1)]) }))).toEqual({
      replicas: 10,
      limit: 'ScaleUpLimit',
    });
    const removed = [{ time: 90, change: -8 }];
    expect(limitRate(input({ wanted: 2, events: removed, scaleDown: rules([pods(1)]) }))).toEqual({
      replicas: 10,
      limit: 'ScaleDownLimit',
    });
  });

  it('names the bound where it is nearer than the rate, or the same', () => {
    expect(limitRate(input({ wanted: 100, max: 20 }))).toEqual({ replicas: 20, limit: 'TooManyReplicas' });
    expect(limitRate(input({ wanted: 1, min: 5 }))).toEqual({ replicas: 5, limit: 'TooFewReplicas' });
  });

  it('does not move without a wish', () => {
    expect(limitRate(input({}))).toEqual({ replicas: 10, limit: undefined });
    expect(limitRate(input({ wanted: Number.NaN }))).toEqual({ replicas: 10, limit: undefined });
  });
});

describe('the laws of rates', () => {
  const policy = fc.record({
    type: fc.constantFrom<Policies[number]['type']>('Pods', 'Percent'),
    value: fc.integer({ min: 1, max: 200 }),
    period: fc.integer({ min: 1, max: 200 }),
  });
  const direction = fc
    .tuple(
      fc.array(policy, { maxLength: 3 }),
      fc.constantFrom<ScalingRules['selectPolicy']>('Max', 'Min', 'Disabled'),
    )
    .map(([policies, select]) => rules(policies, select));
  const event = fc.record({
    time: fc.integer({ min: -100, max: 120 }),
    change: fc.integer({ min: -20, max: 20 }),
  });
  const inputs = fc
    .record({
      wanted: fc.integer({ min: -5, max: 300 }),
      current: fc.integer({ min: 2, max: 100 }),
      events: fc.array(event, { maxLength: 6 }),
      now: fc.constant(100),
      scaleUp: direction,
      scaleDown: direction,
      below: fc.nat(20),
      above: fc.nat(20),
    })
    .map(({ below, above, ...given }) => ({
      ...given,
      min: Math.max(0, given.current - below),
      max: given.current + above,
    }));

  it('stays within the bounds, and between the current size and the wish', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const { replicas } = limitRate(given);
        expect(Number.isInteger(replicas)).toBe(true);
        expect(replicas).toBeGreaterThanOrEqual(given.min);
        expect(replicas).toBeLessThanOrEqual(given.max);
        expect(replicas).toBeGreaterThanOrEqual(Math.min(given.current, given.wanted));
        expect(replicas).toBeLessThanOrEqual(Math.max(given.current, given.wanted));
      }),
    );
  });

  it('gives a reason exactly when it changes the wish', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const { replicas, limit } = limitRate(given);
        expect(limit !== undefined).toBe(replicas !== given.wanted);
      }),
    );
  });

  it('never gives less for a higher wish', () => {
    fc.assert(
      fc.property(inputs, fc.nat(50), (given, more) => {
        const higher = limitRate({ ...given, wanted: given.wanted + more });
        expect(higher.replicas).toBeGreaterThanOrEqual(limitRate(given).replicas);
      }),
    );
  });

  it('gives the same once more: what it gave is a wish it grants', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const { replicas } = limitRate(given);
        expect(limitRate({ ...given, wanted: replicas })).toEqual({ replicas, limit: undefined });
      }),
    );
  });

  it('does not depend on the order of events and policies', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const turned = (side: ScalingRules): ScalingRules => ({
          ...side,
          policies: side.policies.toReversed(),
        });
        const reversed = {
          ...given,
          events: given.events.toReversed(),
          scaleUp: turned(given.scaleUp),
          scaleDown: turned(given.scaleDown),
        };
        expect(limitRate(reversed)).toEqual(limitRate(given));
      }),
    );
  });
});
