import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hpaPass, initialState } from './pass.ts';
import { compareVector, judgeVector, readVectors, slotMemory, type HpaVector } from './vectors.ts';

const folder = join(import.meta.dirname, '../../fixtures/hpa');
const read = (name: string): readonly HpaVector[] =>
  readVectors(readFileSync(join(folder, name), 'utf8'), name);
const files = { 'single.jsonl': 200, 'series.jsonl': 40, 'edge.jsonl': 141 };
const vectors = Object.keys(files).flatMap(read);

describe('recorded passes of the Horizontal Pod Autoscaler', () => {
  it.each(Object.entries(files))('%s is read whole', (name, count) => {
    expect(read(name)).toHaveLength(count);
  });

  it('are decided alike, except exactly where the original forgets too early', () => {
    const differing = vectors.filter((vector) => compareVector(vector).length > 0).map(({ id }) => id);
    expect(differing).toEqual(['series-336', 'edge-window-longer-too-late', 'edge-rate-forgets-early']);
  });

  it('are all explained by forgetting: with a memory like the original nothing differs', () => {
    expect(vectors.flatMap((vector) => compareVector(vector, slotMemory))).toEqual([]);
  });

  it('are judged by what decides', () => {
    const verdicts = new Map(vectors.map((vector) => [vector.id, judgeVector(vector).verdict]));
    expect(verdicts.get('series-336')).toBe('remembers');
    expect(verdicts.get('series-000')).toBe('agrees');
    expect(verdicts.get('edge-window-longer-later')).toBe('agrees');
  });

  it('differ when the vector says something else', () => {
    const vector = vectors[0];
    const pass = vector?.passes[0];
    if (vector === undefined || pass === undefined) throw new Error('no vector');
    const desiredReplicas = pass.expected.desiredReplicas + 1;
    const other = { ...vector, passes: [{ ...pass, expected: { ...pass.expected, desiredReplicas } }] };
    expect(judgeVector(other)).toEqual({
      verdict: 'differs',
      differences: [
        {
          step: 0,
          field: 'desiredReplicas',
          expected: desiredReplicas,
          got: desiredReplicas - 1,
          explains: false,
        },
      ],
    });
  });

  it('do not notice a restart between any two passes that keeps the state', () => {
    for (const vector of vectors) {
      let kept = initialState(vector.scaledToZero);
      let restarted = kept;
      for (const { spec, step } of vector.passes) {
        const one = hpaPass(spec, vector.controller, kept, step);
        restarted = JSON.parse(JSON.stringify(restarted)) as typeof kept;
        const other = hpaPass(spec, vector.controller, restarted, step);
        if (JSON.stringify(other) !== JSON.stringify(one)) expect(other).toEqual(one);
        kept = one.next;
        restarted = other.next;
      }
      expect(restarted).toEqual(kept);
    }
  });
});

describe('a file of vectors', () => {
  const good = JSON.stringify({
    id: 'a',
    hpa: {
      maxReplicas: 5,
      metrics: [{ type: 'External', name: 'queue', target: { type: 'Value', value: 10 } }],
    },
    steps: [{ t: 0.5, specReplicas: 1, statusReplicas: 1, pods: [], external: { queue: [3, 4] } }],
    expected: [
      {
        t: 0.5,
        desiredReplicas: 1,
        rescaled: false,
        proposal: null,
        metrics: [],
        conditions: [],
        failed: false,
      },
    ],
  });
  const error = (line: string): unknown => {
    try {
      readVectors(`${good}\n\n${line}\n`, 'x.jsonl');
    } catch (thrown) {
      return (thrown as Error).message;
    }
    return undefined;
  };
  const without = (from: string, to: string): string => {
    expect(good).toContain(from);
    return good.replace(from, to);
  };

  it('fills in defaults and reads seconds as milliseconds', () => {
    const [vector] = readVectors(good, 'x.jsonl');
    expect(vector).toMatchObject({
      controller: { tolerance: 0.1, downscaleStabilization: 300_000 },
      scaledToZero: false,
      passes: [
        { spec: { minReplicas: 1, behavior: undefined }, step: { time: 500, external: { queue: 7 } } },
      ],
    });
  });

  it.each([
    ['{', /^x\.jsonl:3: not JSON: /],
    ['[]', /^x\.jsonl:3: must be an object, got \[\]$/],
    ['"x"', /^x\.jsonl:3: must be an object, got "x"$/],
  ])('of %s is refused with its line', (line, message) => {
    expect(error(line)).toMatch(message);
  });

  it.each([
    ['"maxReplicas":5', '"maxReplicas":"5"', 'hpa.maxReplicas: must be a number, got "5"'],
    [
      '"maxReplicas":5',
      '"maxReplicas":5.5',
      'hpa.maxReplicas: must be a whole number of at most 53 bits, got 5.5',
    ],
    ['"value":10', '"value":0', 'hpa.metrics[0].target.value: must be above 0, got 0'],
    [
      '"type":"Value"',
      '"type":"Sum"',
      'hpa.metrics[0].target.type: must be one of "AverageValue", "Value", got "Sum"',
    ],
    ['"t":0.5,"specReplicas":1', '"t":0.5', 'steps[0].specReplicas: must be a number, got nothing'],
    ['"failed":false', '"failed":0', 'expected[0].failed: must be true or false, got 0'],
    ['"pods":[]', '"pods":{}', 'steps[0].pods: must be a list, got {}'],
    ['"pods":[]', '"pods":[{"phase":"Gone"}]', 'steps[0].pods[0].phase: must be one of "Pending", '],
    ['"id":"a"', '"id":1', 'id: must be a text, got 1'],
    ['"expected":[', '"expected":[],"was":[', 'expected: must have one entry for each of 1 steps, got 0'],
  ])('with %s replaced by %s is refused with the field', (from, to, message) => {
    expect(error(without(from, to))).toContain(`x.jsonl:3: ${message}`);
  });
});
