import { expect, test } from '@jest/globals';
import { calmPool, minute } from './engine.spec-helper.ts';
import { failurePlan } from './failures.ts';

const failing = { ...calmPool, meanTimeBetweenFailures: 60 * minute, repairTime: 60 * minute };

function downAt(plan: ReturnType<typeof failurePlan>, steps: number): boolean[] {
  return Array.from({ length: steps }, (_, step) => plan.failedWithin(step * minute, (step + 1) * minute));
}

test('a server is down for the repair time after each mean time between failures', () => {
  const down = downAt(failurePlan(failing, 1, 0, 0), 200_000);
  const share = down.filter(Boolean).length / down.length;
  expect(share).toBeGreaterThan(0.47);
  expect(share).toBeLessThan(0.53);
});

test('each failure lasts for the repair time, which may begin and end within a step', () => {
  const [first = ''] =
    /1+/.exec(
      downAt(failurePlan(failing, 2, 0, 0), 1000)
        .map(Number)
        .join(''),
    ) ?? [];
  expect([60, 61]).toContain(first.length);
});

test('servers of other numbers fail at other times', () => {
  const plans = [0, 1].map((slot) => downAt(failurePlan(failing, 1, slot, 0), 1000));
  expect(plans[0]).not.toEqual(plans[1]);
});

test.each([undefined, 0, NaN])('none fail with a mean time of %p', (meanTimeBetweenFailures) => {
  const never = failurePlan({ ...failing, meanTimeBetweenFailures }, 1, 0, 0);
  expect(downAt(never, 1000)).not.toContain(true);
});
