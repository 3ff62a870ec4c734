import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plan } from './plan.ts';
import { planMemo } from './ports.ts';
import { differencesOf } from './progress.ts';
import { existingObjects } from './server-objects.ts';
import { ports, World } from './state.spec-helper.ts';

const configs = [{}, { 'db.logs.query.enabled': 'OFF' }, { 'server.threads.worker_count': '4' }];

describe('a plan that remembers', () => {
  it('is the plan that is made anew, whatever has changed in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ edit: fc.constantFrom(...configs) }),
            fc.record({ primaries: fc.integer({ min: 3, max: 4 }) }),
            fc.record({ loses: fc.constantFrom('graph-1', 'graph-2') }),
            fc.constant({ passes: true } as const),
          ),
          { maxLength: 6 },
        ),
        async (events) => {
          const world = new World({ topology: { primaries: 3, secondaries: 0 } });
          const remembering = { ...ports, memo: planMemo() };
          const compare = () => {
            const state = world.state();
            expect(plan(world.object, state, remembering)).toEqual(plan(world.object, state, ports));
            expect(differencesOf(world.object, state, remembering)).toEqual(
              differencesOf(world.object, state, ports),
            );
          };
          for (const event of [{ passes: true } as const, ...events]) {
            if ('edit' in event) world.edit({ config: event.edit });
            else if ('primaries' in event)
              world.edit({ topology: { ...world.object.spec.topology, primaries: event.primaries } });
            else if ('loses' in event) {
              world.services.byName.delete(event.loses);
            }
            for (let pass = 0; pass < 4; pass++) {
              world.live();
              compare();
              await world.pass();
            }
          }
          compare();
        },
      ),
      { numRuns: 8 },
    );
  });

  it('renders no server again in which nothing has changed', async () => {
    const world = await World.settled({ topology: { primaries: 3, secondaries: 0 } });
    const remembering = { ...ports, memo: planMemo() };
    const state = world.state();
    const [server] = state.servers;
    if (server === undefined) throw new Error('there is no server');
    const look = () => existingObjects(world.object, state, server, remembering);
    expect(look()).toBe(look());
    const touched = { ...server, service: server.service && { ...server.service } };
    expect(existingObjects(world.object, state, touched, remembering)).not.toBe(look());
  });
});
