// Streams, transactions, failures, routing: how messages may follow each other, and what comes with the answers.
import type { Interaction, Message, Step } from './interaction.ts';
import { begin, commit, discard, pull, reset, rollback, route, run, unknown } from './messages.ts';
import { databases, match, merge, probe } from './statements.ts';

const system = { db: 'system' };
const wrong = run('NONSENSE');
const user = 'conformance-talk';

/** @internal */
export function streams(): readonly Interaction[] {
  return [
    pipeline('RUN and PULL in one piece', [run(databases, {}, system), pull()]),
    talk('RUN and PULL', [run(databases, {}, system), pull()]),
    talk('RUN and DISCARD', [run(databases, {}, system), discard()]),
    talk('PULL row by row', [run(databases, {}, system), pull(1n), pull(1n), pull(1n), reset]),
    talk('PULL of exactly all rows', [run(databases, {}, system), pull(2n), reset]),
    talk('PULL of one, DISCARD of the rest', [run(databases, {}, system), pull(1n), discard()]),
    talk('PULL of no row', [run(databases, {}, system), pull(0n), reset]),
    talk('PULL without a number', [run(databases, {}, system), [0x3f, {}], reset]),
    talk('PULL without RUN', [pull(), reset]),
    talk('DISCARD without RUN', [discard(), reset]),
    talk('PULL after the last row', [run(databases, {}, system), pull(), pull(), reset]),
    talk('RUN while streaming', [run(databases, {}, system), run(databases, {}, system), reset]),
    talk('BEGIN while streaming', [run(databases, {}, system), begin(), reset]),
    talk('ROUTE while streaming', [run(databases, {}, system), route('system'), reset]),
    talk('RESET while streaming', [
      run(databases, {}, system),
      pull(1n),
      reset,
      run(databases, {}, system),
      pull(),
    ]),
    talk('PULL of a stream that does not exist', [run(databases, {}, system), pull(-1n, { qid: 7n }), reset]),
    talk('RUN without a database', [run(match, { id: 'conformance-1' }, {}), pull()], [probe]),
    talk('RUN with a parameter missing', [run(match), pull(), reset]),
    talk('RUN with a parameter too many', [run(match, { id: 'conformance-1', other: 1n }), pull()], [probe]),
    talk('RUN with metadata of its own', [
      run(databases, {}, { ...system, tx_metadata: { app: 'conformance' } }),
      pull(),
    ]),
    talk('RUN with a timeout', [run(databases, {}, { ...system, tx_timeout: 5_000n }), pull()]),
    talk('RUN with a negative timeout', [run(databases, {}, { ...system, tx_timeout: -1n }), pull(), reset]),
    talk('RUN without its extra', [[0x10, databases, {}], pull(), reset]),
    talk('an unknown message', [unknown, reset]),
    talk('an empty statement', [run(''), pull(), reset]),
  ];
}

/** @internal */
export function summaries(): readonly Interaction[] {
  return [
    ...['0805', '0605', '0405', '0105'].map((bolt): Interaction => ({
      name: `summaries of reading, writing and administration in Bolt ${Number(bolt.slice(2))}.${Number(bolt.slice(0, 2))}`,
      steps: [
        { type: 'prepare', text: `DROP USER \`${user}\` IF EXISTS` },
        probe,
        { type: 'log-in', bolt },
        read('conformance-1'),
        read('conformance-none'),
        write('conformance-1'),
        write(`conformance-${bolt}`),
        createUser,
        createUser,
        { type: 'query', text: `DROP USER \`${user}\` IF EXISTS`, database: 'system' },
        { type: 'query', text: `DROP USER \`${user}\` IF EXISTS`, database: 'system' },
        { type: 'query', text: databases, database: 'system' },
      ],
    })),
  ];
}

/** @internal */
export function transactions(): readonly Interaction[] {
  const id = (name: string) => ({ id: `conformance-${name}` });
  return [
    pipeline('BEGIN, RUN, PULL, COMMIT in one piece', [begin(), run(merge, id('tx0'), {}), pull(), commit]),
    talk('BEGIN, RUN, PULL, COMMIT', [begin(), run(merge, id('tx1'), {}), pull(), commit]),
    talk('BEGIN and COMMIT of nothing', [begin(), commit]),
    talk('BEGIN and ROLLBACK of nothing', [begin(), rollback]),
    talk('what is rolled back is not there', [
      begin(),
      run(merge, id('rolled-back'), {}),
      pull(),
      rollback,
      run(match, id('rolled-back')),
      pull(),
    ]),
    talk('what is reset is not there', [
      begin(),
      run(merge, id('was-reset'), {}),
      pull(),
      reset,
      run(match, id('was-reset')),
      pull(),
    ]),
    talk('a transaction sees its own writes', [
      begin(),
      run(merge, id('own'), {}),
      pull(),
      run(match, id('own'), {}),
      pull(),
      rollback,
    ]),
    talk('two streams in one transaction', [
      begin(system),
      run(databases, {}, {}),
      run(databases, {}, {}),
      pull(1n, { qid: 0n }),
      pull(-1n, { qid: 1n }),
      pull(-1n, { qid: 0n }),
      commit,
    ]),
    talk('COMMIT while streaming', [begin(system), run(databases, {}, {}), pull(1n), commit, reset]),
    talk('BEGIN in a transaction', [begin(), begin(), reset]),
    talk('COMMIT without a transaction', [commit, reset]),
    talk('ROLLBACK without a transaction', [rollback, reset]),
    talk('a failure, then COMMIT', [begin(), wrong, pull(), commit, reset, commit, reset]),
    talk('a failure, then ROLLBACK', [begin(), wrong, pull(), rollback, reset, begin(), rollback]),
    {
      // RESET comes later: one that is there already overtakes the failure.
      name: 'a failure, and what is sent with it',
      steps: [
        { type: 'log-in' },
        { type: 'send', messages: [wrong, pull(), run(databases), pull()] },
        { type: 'send', messages: [reset] },
        { type: 'send', messages: [begin(), rollback] },
      ],
    },
    talk('a failure in Bolt 5.6', [wrong, pull(), reset], [], '0605'),
    talk('a failure in Bolt 5.7', [wrong, pull(), reset], [], '0705'),
    talk('BEGIN without a database', [begin({}), rollback]),
    talk('BEGIN without a database in Bolt 5.7', [begin({}), rollback], [], '0705'),
    talk('BEGIN on a database that does not exist', [begin({ db: 'nowhere' }), reset]),
    talk('BEGIN with metadata of its own', [
      begin({ db: 'neo4j', tx_metadata: { app: 'conformance' } }),
      rollback,
    ]),
    talk('writing in a reading transaction', [
      begin({ db: 'neo4j', mode: 'r' }),
      run(merge, id('reader'), {}),
      pull(),
      reset,
    ]),
    talk('writing in a reading statement', [
      run(merge, id('reader'), { db: 'neo4j', mode: 'r' }),
      pull(),
      reset,
    ]),
    talk('administration in a reading transaction', [
      begin({ db: 'system', mode: 'r' }),
      run(`CREATE USER \`${user}\` SET PASSWORD 'a-good-password'`, {}, {}),
      pull(),
      reset,
    ]),
    talk('administration in a transaction, rolled back', [
      begin(system),
      run(`CREATE USER \`${user}\` SET PASSWORD 'a-good-password'`, {}, {}),
      pull(),
      run('SHOW USERS YIELD user', {}, {}),
      discard(),
      rollback,
      run(`DROP USER \`${user}\``, {}, system),
      pull(),
      reset,
    ]),
    talk('administration in a transaction on another database', [
      begin(),
      run(`CREATE USER \`${user}\` SET PASSWORD 'a-good-password'`, {}, {}),
      pull(),
      rollback,
      reset,
    ]),
    talk('data and administration in one transaction', [
      begin(),
      run(merge, id('mixed'), {}),
      pull(),
      run(`CREATE USER \`${user}\` SET PASSWORD 'a-good-password'`, {}, {}),
      pull(),
      reset,
    ]),
    talk('a bookmark that is none', [
      run(databases, {}, { ...system, bookmarks: ['nonsense'] }),
      pull(),
      reset,
    ]),
    talk('BEGIN with a bookmark that is none', [
      begin({ db: 'neo4j', bookmarks: ['nonsense'] }),
      run(match, id('1'), {}),
      pull(),
      reset,
    ]),
    talk('impersonation of a user that does not exist', [
      run(databases, {}, { ...system, imp_user: 'conformance-nobody' }),
      pull(),
      reset,
    ]),
  ];
}

/** @internal */
export function routing(): readonly Interaction[] {
  return [
    talk('ROUTE for system', [route('system')]),
    talk('ROUTE for neo4j', [route('neo4j')]),
    talk('ROUTE for a name in capitals', [route('NEO4J')]),
    talk('ROUTE without a database', [route(null)]),
    talk('ROUTE for a database that does not exist', [route('nowhere'), reset]),
    talk('ROUTE with a bookmark that is none', [route('system', ['nonsense']), reset]),
    talk('ROUTE in a transaction', [begin(), route('system'), reset]),
    talk('ROUTE for an impersonated user', [
      [0x66, {}, [], { db: 'system', imp_user: 'conformance-nobody' }],
      reset,
    ]),
  ];
}

const createUser: Step = {
  type: 'query',
  text: 'CREATE USER $username IF NOT EXISTS SET PASSWORD $password CHANGE NOT REQUIRED',
  parameters: { username: user, password: 'a-good-password' },
  database: 'system',
};

function read(id: string): Step {
  return { type: 'query', text: match, parameters: { id } };
}

function write(id: string): Step {
  return { type: 'query', text: merge, parameters: { id } };
}

/** Messages one after the other, after a login: each is sent when the one before is answered. */
function talk(
  name: string,
  messages: readonly Message[],
  before: readonly Step[] = [],
  bolt?: string,
): Interaction {
  const logIn: Step = bolt === undefined ? { type: 'log-in' } : { type: 'log-in', bolt };
  return {
    name,
    steps: [...before, logIn, ...messages.map((message): Step => ({ type: 'send', messages: [message] }))],
  };
}

/** Messages in one piece, after a login. */
function pipeline(name: string, messages: readonly Message[]): Interaction {
  return { name, steps: [{ type: 'log-in' }, { type: 'send', messages }] };
}
