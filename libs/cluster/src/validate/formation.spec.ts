import { describe, expect, it } from '@jest/globals';
import { formationOf } from '../model/formation.ts';
import { sampleCluster, type SpecChange } from '../render/samples.spec-helper.ts';
import { checkFormation } from './formation.ts';

const formed = formationOf(sampleCluster().spec);

function fieldsOf(change: SpecChange, formation = formed): readonly string[] {
  return checkFormation(sampleCluster(change).spec, formation).map(({ field }) => field);
}

describe('a cluster that is applied again over its volumes', () => {
  it('goes on if it is the same, or larger', () => {
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ topology: { primaries: 5, secondaries: 2 } })).toEqual([]);
  });

  it('cannot have another edition, default database or way of forming', () => {
    expect(
      fieldsOf({
        edition: 'community',
        topology: { primaries: 1, defaultDatabase: { name: 'movies' } },
      }),
    ).toEqual(['spec.edition', 'spec.topology.defaultDatabase.name', 'spec.topology.primaries']);
    const alone = formationOf(sampleCluster({ topology: { primaries: 1 } }).spec);
    expect(fieldsOf({ topology: { primaries: 3 } }, alone)).toEqual(['spec.topology.primaries']);
  });
});
