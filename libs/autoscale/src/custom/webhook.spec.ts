import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Observation, WebhookAnswer } from '../observation.ts';
import { readAnswer, webhookRequest } from './webhook.ts';

const now = Date.UTC(2026, 0, 5, 9);
const algorithm = { maxAge: 120_000 };
const answered = (body: unknown, age = 0): WebhookAnswer => ({ time: now - age, body });
const read = (body: unknown, age = 0) => readAnswer(answered(body, age), algorithm, now);

describe('the answer of a webhook', () => {
  it('is a whole number of servers with a reason', () => {
    expect(read({ version: 1, replicas: 7, reason: 'sale on Monday', extra: [1] }, 5_000)).toEqual({
      replicas: 7,
      age: 5_000,
      message: 'sale on Monday',
    });
    expect(read({ version: 1, replicas: 0 })).toEqual({ replicas: 0, age: 0 });
  });

  it('has its reason cut to 200 characters and freed of what controls a terminal or the direction of writing', () => {
    const { message } = read({
      version: 1,
      replicas: 1,
      reason: `\u001b[31mred\u202e\n${'x'.repeat(5_000)}\ud800`,
    });
    expect(message).toHaveLength(200);
    expect(message).toMatch(/^\[31mred x+$/);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 7, /type number/],
    ['text', '{"version":1,"replicas":3}', /type string/],
    ['a list', [1, 2], /a list/],
    ['nothing', null, /empty/],
    ['no version', { replicas: 3 }, /version/],
    ['another version', { version: 2, replicas: 3 }, /version 2/],
    ['no number', { version: 1 }, /replicas/],
    ['a fraction', { version: 1, replicas: 2.5 }, /2\.5/],
    ['a negative number', { version: 1, replicas: -1 }, /-1/],
    ['NaN', { version: 1, replicas: NaN }, /NaN/],
    ['Infinity', { version: 1, replicas: Infinity }, /Infinity/],
    ['a huge number', { version: 1, replicas: 1e21 }, /1e\+21/],
    ['a number as text', { version: 1, replicas: '3' }, /"3"/],
    ['an object as a number', { version: 1, replicas: { valueOf: () => 3 } }, /object/],
    ['a reason that is no text', { version: 1, replicas: 3, reason: { a: 1 } }, /reason/],
    ['inherited fields', Object.create({ version: 1, replicas: 3 }), /version/],
    ['fields of a polluted prototype', JSON.parse('{"__proto__":{"version":1,"replicas":3}}'), /version/],
    [
      'a field that throws',
      Object.defineProperty({ version: 1 }, 'replicas', {
        get: () => {
          throw new Error('boom');
        },
      }),
      /cannot be read/,
    ],
  ])('that has %s is invalid, and says what is wrong', (_, body, message) => {
    expect(read(body)).toEqual({ failed: 'AnswerInvalid', message: expect.stringMatching(message) });
  });

  it('that is nested without end is read no deeper than its fields', () => {
    let bomb: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) bomb = { replicas: bomb };
    expect(read({ version: 1, replicas: bomb }).failed).toBe('AnswerInvalid');
    expect(read({ version: 1, replicas: 3, extra: bomb }).replicas).toBe(3);
  });

  it('is stale beyond its age, and from the future', () => {
    expect(read({ version: 1, replicas: 3 }, 120_000).replicas).toBe(3);
    expect(read({ version: 1, replicas: 3 }, 120_001)).toMatchObject({ failed: 'AnswerStale', age: 120_001 });
    expect(read({ version: 1, replicas: 3 }, -1)).toMatchObject({ failed: 'AnswerStale' });
    expect(read({ version: 1, replicas: 3 }, NaN)).toMatchObject({ failed: 'AnswerInvalid' });
  });

  it('is missing when there is none and when the call failed', () => {
    expect(readAnswer(undefined, algorithm, now)).toMatchObject({ failed: 'AnswerMissing' });
    expect(readAnswer({ time: now, error: 'HTTP 503\r\n' }, algorithm, now)).toEqual({
      failed: 'AnswerMissing',
      message: 'the call failed: HTTP 503',
    });
  });

  it('never becomes anything but a whole number from 0 to 1,000 or a failure', () => {
    const body = fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 1, maxKeys: 4 }),
      fc.record({
        version: fc.constantFrom<unknown>(1, 1, 1, 2, '1'),
        replicas: fc.oneof(fc.integer({ min: -5, max: 1_005 }), fc.double(), fc.anything({ maxDepth: 0 })),
        reason: fc.oneof(fc.string({ unit: 'binary' }), fc.anything({ maxDepth: 0 })),
      }),
    );
    fc.assert(
      fc.property(body, fc.oneof(fc.integer({ min: -10, max: 200_000 }), fc.double()), (said, age) => {
        const result = readAnswer(answered(said, age), algorithm, now);
        if (result.failed !== undefined) return result.message.length > 0 && result.message.length < 300;
        const { replicas, message = '' } = result;
        return (
          Number.isInteger(replicas) &&
          !Object.is(replicas, -0) &&
          replicas >= 0 &&
          replicas <= 1_000 &&
          Array.from(message).length <= 200 &&
          !/[\p{Cc}\p{Cf}]/u.test(message)
        );
      }),
      { numRuns: 200, seed: 11 },
    );
  });
});

describe('the request to a webhook', () => {
  const observation: Observation = {
    pools: {
      secondaries: {
        desired: 3,
        servers: [
          { name: 'a', state: 'ready', zone: 'z1', samples: { cpu: { value: 1.5, time: now } } },
          { name: 'b', state: 'draining', samples: { cpu: { value: NaN, time: now } } },
        ],
        samples: { throughput: { value: 900, time: now - 1_000 } },
      },
    },
    databases: [{ name: 'neo4j', primaries: 3, secondaries: 'pool', minSecondaries: 1 }],
  };
  const input = {
    algorithm: 'planner',
    name: 'secondaries' as const,
    policy: { minReplicas: 1, maxReplicas: 9 },
    observation,
    metrics: [
      {
        name: 'cpu',
        type: 'cpu' as const,
        value: 70,
        target: 60,
        proposal: 4,
        age: 0,
        failed: undefined,
        message: '',
      },
    ],
    now,
  };

  it('says what was seen as plain JSON', () => {
    const request = webhookRequest(input);
    expect(JSON.parse(JSON.stringify(request))).toEqual(request);
    expect(request).toEqual({
      version: 1,
      algorithm: 'planner',
      time: now,
      pool: {
        name: 'secondaries',
        current: 1,
        desired: 3,
        minReplicas: 1,
        maxReplicas: 9,
        samples: { throughput: { value: 900, time: now - 1_000 } },
      },
      servers: [
        { name: 'a', state: 'ready', zone: 'z1', samples: { cpu: { value: 1.5, time: now } } },
        { name: 'b', state: 'draining', samples: {} },
      ],
      databases: [{ name: 'neo4j', primaries: 3, secondaries: 'pool', minSecondaries: 1 }],
      metrics: [{ name: 'cpu', type: 'cpu', value: 70, target: 60, proposal: 4 }],
      omitted: { servers: 0, databases: 0, metrics: 0 },
    });
  });

  it('stays small however big the pool is, and says what it left out', () => {
    const samples = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`m${index}`, { value: index, time: now }]),
    );
    const servers = Array.from({ length: 900 }, (_, index) => ({
      name: `${index}${'n'.repeat(10_000)}`,
      state: 'ready' as const,
      samples,
    }));
    const request = webhookRequest({ ...input, observation: { pools: { secondaries: { servers } } } });
    expect(request.servers).toHaveLength(200);
    expect(request.omitted.servers).toBe(700);
    expect(JSON.stringify(request).length).toBeLessThan(4_000_000);
  });

  it('of a pool that was not observed is empty', () => {
    const request = webhookRequest({ ...input, name: 'primaries', observation: { pools: {} } });
    expect(request.pool).toMatchObject({ name: 'primaries', current: 0, desired: 0 });
    expect(request.servers).toEqual([]);
  });
});
