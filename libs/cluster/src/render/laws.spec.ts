import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  afterwards,
  firstServer,
  rendered,
  sampleCluster,
  sampleServers,
  type SpecChange,
  withSpec,
} from './samples.spec-helper.ts';

/** Settings of every class, and one that nobody knows. */
const anySpec = fc
  .record({
    primaries: fc.integer({ min: 1, max: 9 }),
    secondaries: fc.integer({ min: 0, max: 3 }),
    tag: fc.constantFrom('5.26.0', '5.26.30', '2025.01.0', '2026.08.1'),
    config: fc.dictionary(
      fc.constantFrom(
        'db.logs.query.threshold',
        'dbms.cluster.raft.binding_timeout',
        'server.bolt.thread_pool_keep_alive',
        'server.plugin.nobody_knows',
      ),
      fc.constantFrom('1s', '20s', '3m'),
      { noNullPrototype: true },
    ),
    heap: fc.constantFrom('1Gi', '1500Mi', '2Gi'),
    memory: fc.constantFrom('4Gi', '8Gi', '7.5Gi'),
    variable: fc.constantFrom('', 'a', 'b'),
  })
  .map(({ primaries, secondaries, tag, config, heap, memory, variable }): SpecChange => ({
    image: { tag },
    topology: { primaries, secondaries },
    config,
    memory: { heap },
    resources: { limits: { memory, cpu: 2 }, requests: { cpu: '500m' } },
    env: [{ name: 'X', value: variable }],
  }));

function shuffled<T>(value: T, reversed = true): T {
  if (Array.isArray(value)) return value.map((item: unknown) => shuffled(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, shuffled(field as unknown)] as const);
  return Object.fromEntries(reversed ? entries.toReversed() : entries) as T;
}

describe('rendering', () => {
  it('gives the same for the same, whatever the order of keys and of servers', () => {
    fc.assert(
      fc.property(anySpec, (change) => {
        const input = firstServer(sampleCluster(change));
        const again = {
          ...input,
          cluster: { ...input.cluster, spec: shuffled(input.cluster.spec) },
          systemPrimaries: input.systemPrimaries.toReversed(),
        };

        expect(rendered(again)).toEqual(rendered(input));
        expect(JSON.stringify(rendered(again))).toBe(JSON.stringify(rendered(input)));
      }),
      { numRuns: 40 },
    );
  });

  it('of a server that exists changes nothing while nothing has changed', () => {
    fc.assert(
      fc.property(anySpec, (change) => {
        for (const input of sampleServers(sampleCluster(change))) {
          const first = rendered(input);
          const again = rendered(afterwards(input, first));

          expect(again).toEqual({ ...first, classes: expect.anything() });
          expect(again.differences).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of a server that exists changes only what it reads at its next start, when another one is added', () => {
    fc.assert(
      fc.property(anySpec, fc.boolean(), (change, isPrimary) => {
        const { primaries, secondaries = 0 } = change.topology ?? { primaries: 1 };
        fc.pre(primaries > 1);
        const topology = isPrimary
          ? { primaries: primaries + 1, secondaries }
          : { primaries, secondaries: secondaries + 1 };
        const input = firstServer(sampleCluster(change));
        const first = rendered(input);
        const grown = withSpec(afterwards(input, first), { ...change, topology });
        const newcomer = primaries + secondaries + 1;
        const systemPrimaries =
          isPrimary && primaries < 7 ? [...input.systemPrimaries, newcomer] : input.systemPrimaries;
        const next = rendered({ ...grown, systemPrimaries });

        expect(next.differences).toEqual([]);
        expect(next.keepsTemplate).toBe(false);
        const changed = [...next.settings].filter(
          ([key, values]) => first.settings.get(key)?.join() !== values.join(),
        );
        expect(changed.filter(([key]) => next.classes.get(key) !== 'next-start')).toEqual([]);
        expect(changed.map(([key]) => key).some((key) => key.includes('endpoints'))).toBe(
          isPrimary && primaries < 7,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('of a server that exists never changes what needs a restart, whatever is asked for', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (before, after) => {
        const input = firstServer(sampleCluster({ ...before, image: { tag: '2026.08.1' } }));
        const first = rendered(input);
        const next = rendered({ ...withSpec(afterwards(input, first), after), running: input.running });

        const held = [...next.settings, ...first.settings].filter(
          ([key]) => (next.classes.get(key) ?? first.classes.get(key)) === 'restart',
        );
        expect(
          held.every(([key]) => next.settings.get(key)?.join() === first.settings.get(key)?.join()),
        ).toBe(true);
        const { containers, ...others } = next.statefulSet.spec.template.spec;
        const { containers: containersBefore, ...othersBefore } = first.statefulSet.spec.template.spec;
        expect(containers).toEqual(containersBefore);
        expect(others['affinity']).toEqual(othersBefore['affinity']);
        expect(next.statefulSet.spec.template.metadata).toEqual(first.statefulSet.spec.template.metadata);
      }),
      { numRuns: 40 },
    );
  });

  it('comes back to where it was when a change is taken back', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (before, after) => {
        const input = firstServer(sampleCluster({ ...before, image: { tag: '2026.08.1' } }));
        const first = rendered(input);
        const meanwhile = { ...withSpec(afterwards(input, first), after), running: input.running };
        const back = { ...input, existing: afterwards(meanwhile, rendered(meanwhile)).existing };

        expect(rendered(back).differences).toEqual([]);
        expect(rendered(back).configMap).toEqual(first.configMap);
        expect(rendered(back).statefulSet.spec.template.spec.containers).toEqual(
          first.statefulSet.spec.template.spec.containers,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('says the same of what waits for a restart at every pass', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (before, after) => {
        const input = firstServer(sampleCluster({ ...before, image: { tag: '2026.08.1' } }));
        const first = rendered(input);
        const changed = { ...withSpec(afterwards(input, first), after), running: input.running };
        const second = rendered(changed);
        const third = rendered(afterwards(changed, second));

        expect(third.differences).toEqual(second.differences);
        expect(third.configMap).toEqual(second.configMap);
        expect(second.differences.every(({ cause }) => cause === 'spec')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
