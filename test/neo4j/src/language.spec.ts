import { describe, expect, it } from '@jest/globals';
import { inLanguage, splitLanguage } from './language.ts';

describe('splitLanguage', () => {
  it.each([
    ['SHOW SERVERS', '', 'SHOW SERVERS'],
    ['CYPHER 25 SHOW SERVERS', 'CYPHER 25 ', 'SHOW SERVERS'],
    ['  cypher\n5\nSHOW SERVERS', '  cypher\n5\n', 'SHOW SERVERS'],
    [
      "CREATE USER `CYPHER 5 x` SET PASSWORD 'CYPHER 5 '",
      '',
      "CREATE USER `CYPHER 5 x` SET PASSWORD 'CYPHER 5 '",
    ],
  ])('takes %j apart', (statement, prefix, text) => {
    expect(splitLanguage(statement)).toEqual({ prefix, text });
  });
});

describe('inLanguage', () => {
  it('puts a prefix where there is none', () => {
    expect(inLanguage('SHOW SERVERS', '25')).toBe('CYPHER 25 SHOW SERVERS');
    expect(inLanguage('CYPHER 5 SHOW SERVERS', '25')).toBe('CYPHER 5 SHOW SERVERS');
  });
});
