import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  arbitraryServers,
  arbitrarySpec,
  clusterObject,
  databaseObject,
  server,
} from '../states.spec-helper.ts';
import { decideTopology, type TopologyDecision, type TopologyInput } from './topology.ts';

interface Case {
  readonly asked: { readonly primaries?: number; readonly secondaries?: number | 'pool' };
  readonly servers: string;
  readonly current?: TopologyInput['current'];
  readonly target: TopologyDecision['target'];
  readonly held?: string;
}

const constraints = { n: 'NONE', p: 'PRIMARY', s: 'SECONDARY' } as const;

/** `nns`: two servers for anything and one for secondaries; capitals are not enabled. */
function serversOf(letters: string): TopologyInput['servers'] {
  return Array.from(letters, (letter, index) =>
    server(index + 1, {
      modeConstraint: constraints[letter.toLowerCase() as keyof typeof constraints],
      state: letter === letter.toLowerCase() ? 'Enabled' : 'Free',
    }),
  );
}

function decide({ asked, current, servers }: Pick<Case, 'asked' | 'current' | 'servers'>): TopologyDecision {
  return decideTopology({
    spec: databaseObject({ topology: asked }).spec,
    cluster: clusterObject(3, 2).spec,
    edition: 'enterprise',
    servers: serversOf(servers),
    current,
  });
}

const three = { primaries: 3, secondaries: 0 };

describe('the topology of a database', () => {
  it.each<Case>([
    { asked: {}, servers: 'nnn', target: three },
    { asked: { primaries: 1 }, servers: 'nnn', target: { primaries: 1, secondaries: 0 } },
    { asked: { secondaries: 'pool' }, servers: 'nnnssS', target: { primaries: 3, secondaries: 2 } },
    { asked: { primaries: 1, secondaries: 2 }, servers: 'nnn', target: { primaries: 1, secondaries: 2 } },
    { asked: { primaries: 2, secondaries: 2 }, servers: 'pnns', target: { primaries: 2, secondaries: 2 } },
    // Too few servers: primaries are never made fewer than asked for, secondaries as many as there is room for.
    { asked: { primaries: 3 }, servers: 'nnNs', target: undefined, held: 'TopologyImpossible' },
    {
      asked: { secondaries: 2 },
      servers: 'nnns',
      target: { primaries: 3, secondaries: 1 },
      held: 'TopologyImpossible',
    },
    // What is there stays, though servers are missing.
    { asked: {}, servers: 'nN', current: three, target: three },
    {
      asked: { primaries: 5 },
      servers: 'nnn',
      current: three,
      target: three,
      held: 'TopologyImpossible',
    },
    {
      asked: { secondaries: 3 },
      servers: 'nnnS',
      current: { primaries: 3, secondaries: 2 },
      target: { primaries: 3, secondaries: 2 },
      held: 'TopologyImpossible',
    },
    // More primaries that have no room beside the secondaries: nothing changes.
    {
      asked: { primaries: 3, secondaries: 2 },
      servers: 'nnns',
      current: { primaries: 1, secondaries: 2 },
      target: { primaries: 1, secondaries: 2 },
      held: 'TopologyImpossible',
    },
    // Lower numbers are taken at their word, except for the last primary.
    { asked: { primaries: 3 }, servers: 'nnnnn', current: { primaries: 5, secondaries: 0 }, target: three },
    { asked: { primaries: 1 }, servers: 'nnn', current: three, target: three, held: 'OnePrimaryImpossible' },
    { asked: { primaries: 3 }, servers: 'nnn', current: { primaries: 1, secondaries: 0 }, target: three },
  ])('asked for $asked on $servers with $current is $target', ({ held, target, ...given }) => {
    const decision = decide(given);
    expect(decision.target).toEqual(target);
    expect(decision.held?.reason).toBe(held);
  });

  it('keeps its primaries when nobody has said a number and the cluster is to have fewer servers', () => {
    const input = {
      spec: databaseObject({ topology: {} }).spec,
      cluster: clusterObject(2).spec,
      edition: 'enterprise',
      servers: serversOf('nnn'),
    } as const;
    expect(decideTopology({ ...input, current: three })).toEqual({
      asked: three,
      target: three,
      held: undefined,
    });
    expect(decideTopology({ ...input, current: undefined }).target).toEqual({ primaries: 1, secondaries: 0 });
  });

  it('is impossible for good only if the cluster is not to grow so far', () => {
    expect(decide({ asked: { primaries: 3 }, servers: 'nnN' }).held?.final).toBe(false);
    expect(decide({ asked: { primaries: 5 }, servers: 'nnn' }).held?.final).toBe(true);
    expect(decide({ asked: { secondaries: 2 }, servers: 'nnnS' }).held?.final).toBe(false);
    expect(decide({ asked: { secondaries: 3 }, servers: 'nnnss' }).held?.final).toBe(true);
  });

  it('says how many servers there are', () => {
    expect(decide({ asked: { primaries: 5 }, servers: 'n' }).held?.message).toBe(
      'spec.topology.primaries: 5 primaries asked for and 1 enabled server can host one; ask for at most 1, or add servers to the cluster',
    );
  });

  it('is one copy in Community Edition', () => {
    const input = {
      spec: databaseObject({ topology: { primaries: 3 } }).spec,
      cluster: clusterObject(1).spec,
      edition: 'community',
      servers: [],
      current: undefined,
    } as const;
    expect(decideTopology(input)).toMatchObject({ held: { reason: 'UnsupportedEdition', final: true } });
    expect(
      decideTopology({ ...input, spec: databaseObject({ topology: { secondaries: 'pool' } }).spec }).held,
    ).toBeUndefined();
  });

  it('never takes away what was not asked for, and never one primary from several', () => {
    const current = fc.option(
      fc.record({ primaries: fc.integer({ min: 1, max: 5 }), secondaries: fc.integer({ min: 0, max: 5 }) }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(arbitrarySpec, arbitraryServers, current, (spec, servers, before) => {
        const { asked, held, target } = decideTopology({
          spec: databaseObject(spec).spec,
          cluster: clusterObject().spec,
          edition: 'enterprise',
          servers,
          current: before,
        });
        if (held === undefined) expect(target).toEqual(asked);
        if (target === undefined) {
          expect(before).toBeUndefined();
          return;
        }
        expect(target.primaries).toBeGreaterThanOrEqual(Math.min(asked.primaries, before?.primaries ?? 0));
        expect(target.secondaries).toBeGreaterThanOrEqual(
          Math.min(asked.secondaries, before?.secondaries ?? 0),
        );
        expect(target.secondaries).toBeLessThanOrEqual(asked.secondaries);
        if (before === undefined) expect(target.primaries).toBe(asked.primaries);
        else if (before.primaries > 1) expect(target.primaries).toBeGreaterThan(1);
      }),
    );
  });
});
