import { describe, expect, it } from '@jest/globals';
import { minute, observed, policyOf, second, start } from '../evaluate.spec-helper.ts';
import { evaluate } from '../evaluate.ts';
import type { Fit, Outlook } from '../forecast/types.ts';
import { withDemand } from '../history/demand.ts';
import { decodeHistory, encodeHistory } from '../history/encoding.ts';
import { emptyPoolHistory } from '../history/empty.ts';
import { someFit } from '../history/history.spec-helper.ts';
import type { History } from '../history/types.ts';
import type { Forecaster } from './forecaster.ts';

const policy = policyOf({
  secondaries: { minReplicas: 1, maxReplicas: 10, metrics: [{ type: 'throughput', target: 100 }] },
  advanced: { predictive: { enabled: true, predictionHorizon: '5m' } },
});
const learned: History = {
  version: 1,
  evaluatedAt: undefined,
  pools: {
    secondaries: withDemand(emptyPoolHistory(), 'throughput', {
      start: start - 60 * minute,
      step: 5 * minute,
      values: new Float32Array(12).fill(400),
    }),
  },
};

/** Evaluates every 15 seconds for a quarter of an hour. @returns after how many seconds each outlook was asked for */
function askedDuring(useful: boolean, between: (history: History) => History = (history) => history) {
  const asked: number[] = [];
  const fit: Fit = { ...someFit, useful, confidence: 1, horizon: 1, quantile: 0.5 };
  let history = learned;
  for (let now = start; now < start + 15 * minute; now += 15 * second) {
    const forecaster: Forecaster = {
      fit: () => fit,
      outlook: (_, series) => {
        asked.push((now - start) / second);
        return outlookAt(series.start + series.step * series.values.length);
      },
    };
    const seen = observed('secondaries', { ready: 4, throughput: 400 }, now);
    const decision = evaluate(policy, seen, between(history), now, { forecaster });
    expect(decision.pools.secondaries?.forecast?.active).toBe(useful);
    ({ history } = decision);
  }
  return asked;
}

function outlookAt(end: number): Outlook {
  const median = new Float64Array(96).fill(400);
  return {
    recent: { skilled: true, pinball: 0.5, coverage: 0.5, forecasts: 9, reason: '' },
    ahead: { start: end, step: 5 * minute, median, quantiles: [median, median, median] },
  };
}

describe('an outlook', () => {
  it('is asked for when a bucket has ended, and remembered until the next one has', () => {
    expect(askedDuring(true)).toEqual([0, 300, 600]);
  });

  it('is not asked of a model that is not useful', () => {
    expect(askedDuring(false)).toEqual([]);
  });

  it('is asked for again after a restart', () => {
    const asked = askedDuring(true, (history) => decodeHistory(encodeHistory(history)));
    expect(asked).toHaveLength((15 * minute) / (15 * second));
  });
});
