import { expect, it } from '@jest/globals';
import { sourcesOf } from './sources.ts';

it('names each source of a metric once, of the pool and of its servers', () => {
  const server = (name: string, source: 'kubernetes' | 'neo4j') =>
    ({
      name,
      state: 'ready',
      samples: { load: { value: 1, time: 0, source }, other: { value: 1, time: 0 } },
    }) as const;
  const pool = {
    servers: [server('a', 'neo4j'), server('b', 'kubernetes'), server('c', 'neo4j')],
    samples: { load: { value: 3, time: 0, source: 'prometheus' } },
  } as const;
  expect(sourcesOf(pool, 'load')).toEqual(['kubernetes', 'neo4j', 'prometheus']);
  expect(sourcesOf(pool, 'other')).toEqual([]);
  expect(sourcesOf(pool, 'absent')).toEqual([]);
});
