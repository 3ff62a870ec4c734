// What neo4j-admin sends is Cypher: by Neo4j's own parser and by real servers.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { identifier, InvalidInputError, stringLiteral } from '@neo4j-operator/neo4j-admin';
import fc from 'fast-check';
import { tableVersions } from '../../../libs/neo4j-admin/src/catalogue/table-versions.spec-helper.ts';
import { nastyText } from '../../../libs/neo4j-admin/src/cypher/nasty.spec-helper.ts';
import { everyStatement } from '../../../libs/neo4j-admin/src/statements/samples.spec-helper.ts';
import { describeEachServer } from './describe.ts';
import { newSession, openDriver } from './driver.ts';
import { openOracle } from './oracle.ts';
import { parseOfficially } from './parser.ts';
import { sharedServer } from './shared-server.ts';
import { checkStatements, serverFor } from './statement-check.ts';
import { traitsOf } from './versions.ts';

describeEachServer('Every statement', (server) => {
  const mine = tableVersions.filter((version) => serverFor(version) === server);
  it.each(mine.map((version) => [version.text, version] as const))(
    'for %s is accepted, in every form that it has',
    async (_, version) => {
      const oracle = openOracle(await sharedServer(server));
      try {
        const statements = everyStatement(version).map(([, statement]) => statement);
        const totals = await checkStatements(statements, '5', oracle);
        expect(totals.refusals).toEqual([]);
        expect(totals.acceptedByParser).toBe(totals.texts);
        expect(totals.acceptedByServer).toBeGreaterThan(15);
        expect(totals.unsupportedHere).toBeGreaterThan(20);
      } finally {
        await oracle.close();
      }
    },
  );
});

/** Names and values that are not refused, 2,000 of them, with how they stand in a statement. */
function quotedTexts(): readonly (readonly [value: string, name: string, literal: string])[] {
  const drawn = fc.sample(nastyText(), { seed: 7, numRuns: 6_000 });
  const taken = drawn.flatMap((value) => {
    try {
      return [[value, identifier('name', value), stringLiteral('value', value)] as const];
    } catch (error) {
      if (error instanceof InvalidInputError) return [];
      throw error;
    }
  });
  return taken.slice(0, 2_000);
}

describe('Text that has to stand in a statement', () => {
  it.each([
    ['5', 0],
    ['25', 1],
  ] as const)(
    'is one name or one literal to the official parser: every other of 2,000 in Cypher %s',
    (language, first) => {
      const texts = quotedTexts();
      expect(texts).toHaveLength(2_000);
      const mine = texts.filter((_, index) => index % 2 === first);
      // Many to a statement: what a statement costs to parse hardly depends on its length.
      for (let at = 0; at < mine.length; at += 25) {
        const batch = mine.slice(at, at + 25);
        const names = batch.map(([, name]) => name).join(', ');
        const literals = new Set(batch.map(([, , literal]) => literal));
        const providers = [...literals].map((literal) => `SET AUTH ${literal} { SET ID $id }`).join(' ');
        for (const statement of [`GRANT ROLE ${names} TO ${names}`, `CREATE USER $name ${providers}`]) {
          expect([statement, parseOfficially(statement, language)]).toEqual([statement, { accepted: true }]);
        }
      }
    },
  );
});

describeEachServer('Text that has to stand in a statement', (version) => {
  let connection: ReturnType<typeof openDriver>;
  beforeAll(async () => {
    connection = openDriver(await sharedServer(version));
  });
  afterAll(() => connection.close());

  it.each(traitsOf[version].languages)(
    'comes back from the server as it was, in Cypher %s',
    async (language) => {
      const texts = quotedTexts();
      const session = newSession(connection, 'neo4j');
      try {
        for (let at = 0; at < texts.length; at += 50) {
          const batch = texts.slice(at, at + 50);
          const columns = batch.map(([, name, literal], index) => `${literal} AS ${prefixed(name, index)}`);
          const { records } = await session.run(`CYPHER ${language} RETURN ${columns.join(', ')}`);
          const row = records[0];
          expect(row?.keys).toEqual(batch.map(([value], index) => `${index} ${value}`));
          expect(row?.keys.map((key) => row.get(key) as unknown)).toEqual(batch.map(([value]) => value));
        }
      } finally {
        await session.close();
      }
    },
  );
});

/** Column names have to differ. */
function prefixed(name: string, index: number): string {
  return `\`${index} ${name.slice(1)}`;
}
