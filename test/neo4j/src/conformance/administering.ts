// Administration: what its statements return, by columns and types, and how they are refused.
import { parseVersion } from '@neo4j-operator/neo4j-admin';
import { everyStatement } from '../../../../libs/neo4j-admin/src/statements/samples.spec-helper.ts';
import type { SimValue } from '@neo4j-operator/neo4j-sim';
import type { Interaction, RowDetail, Step, Target } from './interaction.ts';

const user = 'conformance-admin';
const password = 'a-good-password';
const dropUser = `DROP USER \`${user}\` IF EXISTS`;

/** @internal */
export function shows(): readonly Interaction[] {
  const all: readonly (readonly [text: string, database?: string])[] = [
    ['SHOW DATABASES'],
    ['SHOW DATABASES YIELD *'],
    ['SHOW DATABASE neo4j YIELD *'],
    ['SHOW DATABASE system YIELD *'],
    ['SHOW DATABASE nowhere YIELD *'],
    ['SHOW DATABASES YIELD name, currentStatus', 'neo4j'],
    ['SHOW USERS'],
    ['SHOW USERS YIELD *'],
    ['SHOW USERS WITH AUTH YIELD *'],
    ['SHOW CURRENT USER'],
    ['SHOW CURRENT USER YIELD *'],
    ['SHOW SETTINGS'],
    ['SHOW SETTINGS YIELD *'],
    ["SHOW SETTINGS 'no.such.setting' YIELD *"],
    ['SHOW TRANSACTIONS'],
    ['SHOW TRANSACTIONS YIELD *'],
    ['CALL dbms.components()'],
    ['CALL dbms.components() YIELD name, versions, edition', 'neo4j'],
  ];
  return [
    ...all.map(([text, database]) =>
      one(`${text}${database === undefined ? '' : ` on ${database}`}`, text, 'types', database),
    ),
    ...['DATABASES', 'USERS', 'USERS WITH AUTH', 'CURRENT USER', 'SETTINGS'].map((what) =>
      one(`CYPHER 25 SHOW ${what} YIELD *`, `CYPHER 25 SHOW ${what} YIELD *`, 'types'),
    ),
    ...['SHOW TRANSACTIONS', 'SHOW TRANSACTIONS YIELD *', 'CYPHER 25 SHOW TRANSACTIONS YIELD *'].map((text) =>
      one(`${text}, columns only`, text, 'columns'),
    ),
    one(
      'the names of databases',
      'SHOW DATABASES YIELD name, type, access, role, writer, requestedStatus, currentStatus, default, home, currentPrimariesCount, currentSecondariesCount',
      'values',
    ),
    one('the components', 'CALL dbms.components() YIELD name, edition', 'values'),
    one(
      'a dynamic setting',
      "SHOW SETTINGS 'db.transaction.timeout' YIELD name, value, isDynamic, defaultValue, isExplicitlySet, isDeprecated",
      'values',
    ),
    one(
      'a setting that is not dynamic',
      "SHOW SETTINGS 'server.config.strict_validation.enabled' YIELD name, value, isDynamic, isDeprecated",
      'values',
    ),
  ];
}

/** @internal */
export function users(): readonly Interaction[] {
  return [
    withUser('a user is created twice', [
      system('CREATE USER $username SET PASSWORD $password CHANGE NOT REQUIRED', {
        username: user,
        password,
      }),
      system('CREATE USER $username IF NOT EXISTS SET PASSWORD $password CHANGE NOT REQUIRED', {
        username: user,
        password,
      }),
    ]),
    withUser('a user is shown', [
      { type: 'log-in', login: { username: user, password } },
      system('SHOW CURRENT USER YIELD *'),
    ]),
    withUser('a password is changed', [
      system('ALTER USER $username SET PASSWORD $password CHANGE NOT REQUIRED', {
        username: user,
        password: 'another-password',
      }),
    ]),
    withUser('a password is changed to itself', [
      system('ALTER USER $username SET PASSWORD $password CHANGE NOT REQUIRED', { username: user, password }),
    ]),
    withUser('a password is changed to a short one', [
      system('ALTER USER $username SET PASSWORD $password CHANGE NOT REQUIRED', {
        username: user,
        password: 'short',
      }),
    ]),
    withUser('a password is changed to an empty one', [
      system('ALTER USER $username SET PASSWORD $password CHANGE NOT REQUIRED', {
        username: user,
        password: '',
      }),
    ]),
    withUser('one changes the own password', [
      { type: 'log-in', login: { username: user, password } },
      ...[
        ['a-wrong-password', 'another-password'],
        [password, password],
        [password, 'short'],
        [password, 'another-password'],
      ].map(([from = '', to = '']) =>
        system('ALTER CURRENT USER SET PASSWORD FROM $from TO $to', { from, to }),
      ),
    ]),
    withUser('one drops oneself', [
      { type: 'log-in', login: { username: user, password } },
      system('DROP USER $username', { username: user }),
    ]),
    withUser('a user is suspended, which Community cannot', [
      system('ALTER USER $username SET STATUS SUSPENDED', { username: user }),
    ]),
    withUser('a user gets a home, which Community cannot', [
      system('ALTER USER $username SET HOME DATABASE $db', { username: user, db: 'neo4j' }),
    ]),
    refused('a user with a short password', 'CREATE USER $username SET PASSWORD $password', {
      username: user,
      password: 'short',
    }),
    refused('a user without a password', 'CREATE USER $username SET PASSWORD CHANGE NOT REQUIRED', {
      username: user,
    }),
    refused('a user whose password is no text', 'CREATE USER $username SET PASSWORD $password', {
      username: user,
      password: 1n,
    }),
    refused('a user without a name', 'CREATE USER $username SET PASSWORD $password', {
      username: '',
      password,
    }),
    refused('a user whose name is no text', 'CREATE USER $username SET PASSWORD $password', {
      username: 1n,
      password,
    }),
    refused('a user whose parameter is missing', 'CREATE USER $username SET PASSWORD $password', {
      username: user,
    }),
    refused('an unknown user is altered', 'ALTER USER $username SET PASSWORD $password', {
      username: 'conformance-nobody',
      password,
    }),
    refused('an unknown user is dropped', 'DROP USER $username', { username: 'conformance-nobody' }),
    refused('an unknown user is dropped if it exists', 'DROP USER $username IF EXISTS', {
      username: 'conformance-nobody',
    }),
  ];
}

/** @internal */
export function refusals(): readonly Interaction[] {
  return [
    refused('a statement that is none', 'NONSENSE'),
    refused('a statement that is none, on a database with data', 'NONSENSE', {}, 'neo4j'),
    refused('a word that is spelled wrong', 'CREATE DATABASE foo TOPOLOGY 3 PRIMARYS'),
    refused('a clause twice', 'CREATE DATABASE foo TOPOLOGY 3 PRIMARIES 2 PRIMARIES'),
    refused('no primaries', 'CREATE DATABASE foo TOPOLOGY 0 PRIMARIES'),
    refused('a column that does not exist', 'SHOW DATABASES YIELD nosuchcolumn'),
    refused('a column of SHOW SERVERS that does not exist', 'SHOW SERVERS YIELD nosuchcolumn'),
    refused('a column of SHOW SETTINGS that does not exist', 'SHOW SETTINGS YIELD nosuchcolumn'),
    refused('a Cypher version that does not exist', 'CYPHER 7 SHOW DATABASES YIELD name'),
    refused('Cypher 5', 'CYPHER 5 SHOW DATABASES YIELD name'),
    refused('Cypher 25', 'CYPHER 25 SHOW DATABASES YIELD name'),
    refused('a procedure that does not exist', 'CALL no.such.procedure()'),
    refused(
      'a procedure that does not exist, on a database with data',
      'CALL no.such.procedure()',
      {},
      'neo4j',
    ),
    refused('a procedure of Enterprise', 'CALL dbms.cluster.statusCheck([], 1000)'),
    refused('a column of a procedure that does not exist', 'CALL dbms.components() YIELD nosuchcolumn'),
    refused('SHOW SERVERS', 'SHOW SERVERS'),
    refused('SHOW SERVERS on a database with data', 'SHOW SERVERS', {}, 'neo4j'),
    refused('CREATE DATABASE', 'CREATE DATABASE foo'),
    refused('CREATE DATABASE on a database with data', 'CREATE DATABASE foo', {}, 'neo4j'),
    refused('DROP DATABASE', 'DROP DATABASE nowhere'),
    refused('GRANT ROLE', `GRANT ROLE reader TO neo4j`),
    refused('an unknown database', 'SHOW DATABASES YIELD name', {}, 'nowhere'),
    refused('data on the system database', 'MERGE (p:Probe {id: $id})', { id: 'conformance-1' }, 'system'),
    refused(
      'reading data on the system database',
      'MATCH (p:Probe {id: $id}) RETURN p.id AS id',
      { id: 'conformance-1' },
      'system',
    ),
    refused(
      'a user created from a database with data',
      'CREATE USER $username IF NOT EXISTS SET PASSWORD $password',
      { username: 'neo4j', password },
      'neo4j',
    ),
    refused('an unknown transaction is terminated', "TERMINATE TRANSACTIONS 'neo4j-transaction-999999999'"),
    refused(
      'an unknown transaction of an unknown database is terminated',
      "TERMINATE TRANSACTIONS 'nowhere-transaction-1'",
    ),
    refused('a transaction is terminated by a name that is none', "TERMINATE TRANSACTIONS 'nonsense'"),
  ];
}

/** Every statement that neo4j-admin sends to this version, once. @internal */
export function sentStatements({ version, login }: Target): readonly Interaction[] {
  const parsed = parseVersion(version);
  if (!parsed.ok) throw new Error(parsed.message);
  return everyStatement(parsed.version).map(([name, statement]): Interaction => {
    const parameters = statement.parameters as Readonly<Record<string, SimValue>>;
    const { from } = parameters;
    return {
      name: `statement: ${name}`,
      steps: [
        { type: 'prepare', text: 'DROP USER alice IF EXISTS' },
        // It would take the administrator's password away.
        ...(typeof from === 'string'
          ? [
              {
                type: 'prepare',
                text: `CREATE USER alice IF NOT EXISTS SET PASSWORD '${from}' CHANGE REQUIRED`,
              } as const,
              { type: 'log-in', login: { username: 'alice', password: from } } as const,
            ]
          : [{ type: 'log-in', login } as const]),
        { type: 'query', text: statement.text, parameters, database: 'system', rows: 'types' },
        { type: 'prepare', text: 'DROP USER alice IF EXISTS' },
      ],
    };
  });
}

function one(name: string, text: string, rows: RowDetail, database = 'system'): Interaction {
  return { name, steps: [{ type: 'log-in' }, { type: 'query', text, database, rows }] };
}

function refused(
  name: string,
  text: string,
  parameters: Readonly<Record<string, SimValue>> = {},
  database = 'system',
): Interaction {
  return {
    name: `refused or not: ${name}`,
    steps: [{ type: 'log-in' }, { type: 'query', text, parameters, database }],
  };
}

function system(text: string, parameters: Readonly<Record<string, SimValue>> = {}): Step {
  return { type: 'query', text, parameters, database: 'system' };
}

/** With a user that exists and is gone afterwards; speaks as the administrator unless a step logs in. */
function withUser(name: string, steps: readonly Step[]): Interaction {
  return {
    name,
    steps: [
      { type: 'prepare', text: dropUser },
      {
        type: 'prepare',
        text: `CREATE USER \`${user}\` IF NOT EXISTS SET PASSWORD '${password}' CHANGE NOT REQUIRED`,
      },
      { type: 'log-in' },
      ...steps,
      { type: 'prepare', text: dropUser },
    ],
  };
}
