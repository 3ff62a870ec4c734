import { describe, expect, it } from '@jest/globals';
import { databaseObject } from './states.spec-helper.ts';
import { validateDatabase } from './validate.ts';

describe('a Neo4jDatabase', () => {
  it('is checked by its schema, and against what it was', () => {
    expect(validateDatabase(databaseObject())).toEqual({ errors: [], warnings: [] });
    expect(validateDatabase(databaseObject({ name: 'System-x' })).errors).toMatchObject([
      { field: 'spec.name' },
    ]);
    expect(validateDatabase(databaseObject({ name: 'films' }), databaseObject()).errors).toMatchObject([
      { field: 'spec.name', reason: 'Immutable' },
    ]);
    expect(validateDatabase('nonsense').errors).not.toEqual([]);
  });

  it('is warned of an even number of primaries', () => {
    expect(validateDatabase(databaseObject({ topology: { primaries: 4 } })).warnings).toMatchObject([
      { field: 'spec.topology.primaries', remedy: 'use 3 or 5' },
    ]);
    expect(validateDatabase(databaseObject({ topology: { primaries: 3 } })).warnings).toEqual([]);
  });
});
