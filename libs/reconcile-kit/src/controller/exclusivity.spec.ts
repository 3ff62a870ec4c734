import { describe, expect, it } from '@jest/globals';
import { sleep } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { keyOf } from '../core/key.ts';
import type { KubeObject } from '../core/object.ts';
import type { Failure } from './fake-api.spec-helper.ts';
import { partOf, parts, widget, widgetDefinition, widgets, World } from './widgets.spec-helper.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const concurrency = 4;

const name = fc.constantFrom(...names);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('resize' as const),
      name,
      size: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('label' as const), name, size: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove part' as const), name }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('hold watch' as const, 'release watch' as const) }),
  },
);
const failures = fc.constantFrom<Failure | undefined>(
  undefined,
  undefined,
  undefined,
  'lost',
  'dropped',
  { status: 500 },
  { status: 409, reason: 'Conflict' },
  { status: 429, retryAfterSeconds: 1 },
);
const script = fc.record({
  steps: fc.array(fc.record({ afterMs: fc.nat(40), step }), { minLength: 1, maxLength: 30 }),
  requestFailures: fc.array(failures, { maxLength: 40 }),
  requestDelays: fc.array(fc.nat(30), { minLength: 1, maxLength: 20 }),
  passDelays: fc.array(fc.nat(60), { minLength: 1, maxLength: 20 }),
  bugs: fc.array(fc.boolean(), { maxLength: 20 }),
});

describe('a controller', () => {
  it('never works on an object twice at once, and looks at each again after its last change', async () => {
    await fc.assert(
      fc.asyncProperty(script, async ({ steps, requestFailures, requestDelays, passDelays, bugs }) => {
        const working = new Set<string>();
        const violations: string[] = [];
        const during = async <R>(object: KubeObject, work: () => Promise<R>): Promise<R> => {
          const key = keyOf(object);
          if (working.has(key)) violations.push(`${key} is in work twice`);
          working.add(key);
          most = Math.max(most, working.size);
          try {
            return await work();
          } finally {
            working.delete(key);
          }
        };
        /** The size that the last pass of each widget which ended well has seen. */
        const seen = new Map<string, number>();
        const { analyze, execute, plan, status } = widgetDefinition();
        let most = 0;
        let passes = 0;

        const world = new World(
          widgetDefinition({
            concurrency,
            analyze: (object, context) =>
              during(object, async () => {
                const delayMs = passDelays[passes % passDelays.length] ?? 0;
                if (bugs[passes++] === true) throw new TypeError('a bug');
                await sleep(context.clock, delayMs, context.signal);
                return analyze(object, context);
              }),
            plan,
            execute: {
              ...execute,
              make: (action, object, context, target) =>
                during(object, () => execute.make(action, object, context, target)),
              resize: (action, object, context, target) =>
                during(object, () => execute.resize(action, object, context, target)),
            },
            status: (object, state, outcome) => {
              if (outcome.error === undefined) seen.set(object.metadata.name, object.spec.size);
              return status(object, state, outcome);
            },
          }),
          (api) => {
            for (const each of names) api.put(widgets, widget(each));
          },
        );
        let requests = 0;
        world.api.delayMs = () => requestDelays[requests % requestDelays.length] ?? 0;
        world.api.failure = () => requestFailures[requests++];

        for (const { afterMs, step: each } of steps) {
          await world.clock.advance(afterMs);
          switch (each.kind) {
            case 'resize':
              world.api.put(widgets, widget(each.name, each.size));
              break;
            case 'label': {
              const { size } = world.widget(each.name).spec;
              world.api.put(widgets, widget(each.name, size, { labels: { n: String(each.size) } }));
              break;
            }
            case 'remove part':
              world.api.remove(parts, partOf(world.widget(each.name)));
              break;
            case 'hold watch':
              world.api.holdWatch();
              break;
            case 'release watch':
              world.api.releaseWatch();
          }
        }
        world.api.releaseWatch();
        await world.settle(120_000);

        expect(violations).toEqual([]);
        expect(most).toBeLessThanOrEqual(concurrency);
        for (const each of names) {
          const { metadata, spec } = world.widget(each);
          expect(seen.get(each)).toBe(spec.size);
          expect(world.part(each)?.size).toBe(spec.size);
          expect(world.widget(each).status?.observedGeneration).toBe(metadata.generation);
          expect(world.condition('Ready', each)?.status).toBe('True');
        }
        world.api.takeSent();
        await world.settle(60_000);
        expect(world.api.takeSent()).toEqual([]);
        await world.end();
      }),
      { numRuns: 60 },
    );
  });
});
