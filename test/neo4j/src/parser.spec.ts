import { describe, expect, it } from '@jest/globals';
import { parseOfficially } from './parser.ts';

describe.each(['5', '25'] as const)("Neo4j's own parser in Cypher %s", (language) => {
  it.each([
    'ENABLE SERVER $id OPTIONS $opts',
    'CREATE DATABASE $name TOPOLOGY $p PRIMARIES $s SECONDARIES OPTIONS $opts WAIT',
    'CALL no.such.procedure($a)',
    'MATCH (n) RETURN id(n)',
  ])('accepts %s', (statement) => {
    expect(parseOfficially(statement, language)).toEqual({ accepted: true });
  });

  it.each([
    ['ENABLE SERVER x', "Invalid input 'x': expected a parameter or a string"],
    ['ENABLE SERVER $id OPTIONS $opts,', "Expected ';'"],
    ['CREATE DATABASE foo TOPOLOGY 0 PRIMARIES', expect.stringContaining('must be greater than 0')],
    ['SHOW SERVERS YIELD nosuch', 'Variable `nosuch` not defined'],
    ["ENABLE SERVER 'a'; DROP SERVER 'b'", 'More than one statement'],
    ['', expect.stringContaining('Expected any of')],
  ])('refuses %j', (statement, message) => {
    expect(parseOfficially(statement, language)).toEqual({ accepted: false, message });
  });
});

describe("Neo4j's own parser", () => {
  it('tells the languages apart, and heeds a prefix first', () => {
    const statement = 'CREATE DATABASE foo SET TOPOLOGY 3 PRIMARIES';
    expect(parseOfficially(statement, '25').accepted).toBe(true);
    expect(parseOfficially(statement, '5').accepted).toBe(false);
    expect(parseOfficially(`CYPHER 25 ${statement}`, '5').accepted).toBe(true);
    expect(parseOfficially(`CYPHER 5 ${statement}`, '25').accepted).toBe(false);
  });
});
