// What the official driver makes of the servers.
import type { Interaction } from './interaction.ts';
import { databases, match, merge, probe } from './statements.ts';

const user = 'conformance-drive';

/** @internal */
export function drivers(): readonly Interaction[] {
  const schemes = ['bolt', 'neo4j'] as const;
  return schemes.flatMap((scheme): readonly Interaction[] => [
    {
      name: `the driver writes, over ${scheme}://`,
      steps: [
        probe,
        {
          type: 'drive',
          scheme,
          database: 'neo4j',
          text: merge,
          parameters: { id: `conformance-${scheme}` },
        },
        {
          type: 'drive',
          scheme,
          database: 'neo4j',
          text: merge,
          parameters: { id: `conformance-${scheme}` },
        },
      ],
    },
    {
      name: `the driver reads, over ${scheme}://`,
      steps: [
        probe,
        { type: 'drive', scheme, database: 'neo4j', text: match, parameters: { id: 'conformance-1' } },
      ],
    },
    {
      name: `the driver administers, over ${scheme}://`,
      steps: [
        {
          type: 'drive',
          scheme,
          database: 'system',
          text: `CREATE USER \`${user}\` IF NOT EXISTS SET PASSWORD 'a-good-password'`,
        },
        { type: 'drive', scheme, database: 'system', text: `DROP USER \`${user}\`` },
        { type: 'drive', scheme, database: 'system', text: `DROP USER \`${user}\`` },
      ],
    },
    {
      name: `the driver makes a mistake, over ${scheme}://`,
      steps: [{ type: 'drive', scheme, database: 'neo4j', text: 'NONSENSE' }],
    },
    {
      name: `the driver looks for a database that does not exist, over ${scheme}://`,
      steps: [{ type: 'drive', scheme, database: 'nowhere', text: databases }],
    },
    {
      name: `the driver logs in as nobody, over ${scheme}://`,
      steps: [
        {
          type: 'drive',
          scheme,
          login: { username: 'conformance-nobody', password: 'a-good-password' },
          database: 'system',
          text: databases,
        },
      ],
    },
  ]);
}
