// Handshakes, logins, and the metadata that come with them.
import type { Interaction, Message, Step, Target } from './interaction.ts';
import { goodbye, hello, logoff, logon, plainHello, pull, reset, run, telemetry } from './messages.ts';

const none = '00000000 00000000 00000000';
const user = 'conformance-login';
const lockedUser = 'conformance-locked';
const password = 'a-good-password';
const createUser = `CREATE USER \`${user}\` IF NOT EXISTS SET PASSWORD '${password}' CHANGE NOT REQUIRED`;
const createExpired = `CREATE USER \`${user}\` IF NOT EXISTS SET PASSWORD '${password}' CHANGE REQUIRED`;
const dropUser = `DROP USER \`${user}\` IF EXISTS`;
const me = { username: user, password };
const wrong = { username: user, password: 'a-wrong-password' };

/** @internal */
export function handshakes(): readonly Interaction[] {
  return [
    shake('legacy handshake on 5.8', `00000805 ${none}`),
    shake('legacy handshake on 5.0', `00000005 ${none}`),
    shake('legacy handshake on 5.5, which was never used', `00000505 ${none}`),
    shake('legacy handshake on 4.4', `00000404 ${none}`),
    shake('legacy handshake on 6.1', `00000106 ${none}`),
    shake('handshake on a range', `00080805 ${none}`),
    shake('handshake on a range beyond what is spoken', `00050c05 ${none}`),
    shake('handshake that prefers the older of two', '00000405 00000805 00000000 00000000'),
    shake('handshake whose first proposals are unknown', '00000009 00000209 00000405 00000000'),
    shake('handshake on nothing that is spoken', `00000009 ${none}`),
    shake('handshake on the oldest protocols', '00000003 00000002 00000001 00000000'),
    shake('handshake of the driver', '000001ff 00080805 00020404 00000003'),
    {
      name: 'handshake by manifest, then HELLO',
      steps: [{ type: 'shake-hands', proposals: `000001ff ${none}`, choice: '00000805 00' }, ...say(hello)],
    },
    {
      name: 'handshake by manifest, with a choice that was not offered',
      steps: [{ type: 'shake-hands', proposals: `000001ff ${none}`, choice: '00000009 00' }, ...say(hello)],
    },
    {
      name: 'text that is neither Bolt nor HTTP',
      steps: [{ type: 'shout', text: 'EHLO client.example and some more\r\n\r\n' }],
    },
    {
      name: 'HTTP on the port of Bolt',
      steps: [{ type: 'shout', text: 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' }],
    },
    { name: 'HTTP discovery', steps: [{ type: 'get', path: '/' }] },
    { name: 'HTTP on an unknown path', steps: [{ type: 'get', path: '/nothing/here' }] },
  ];
}

/** @internal */
export function logins({ login }: Target): readonly Interaction[] {
  return [
    ...['0805', '0705', '0605', '0405', '0105'].map((bolt): Interaction => ({
      name: `HELLO, LOGON, RESET and GOODBYE in Bolt ${boltName(bolt)}`,
      steps: [open(bolt), ...say(hello, logon(login), reset, goodbye)],
    })),
    {
      name: 'HELLO with the login in it, in Bolt 5.0',
      steps: [
        open('0005'),
        ...say(
          [
            0x01,
            { user_agent: 'a/1', scheme: 'basic', principal: login.username, credentials: login.password },
          ],
          goodbye,
        ),
      ],
    },
    {
      name: 'HELLO that does not name the driver, in Bolt 5.2',
      steps: [open('0205'), ...say(plainHello, logon(login))],
    },
    {
      name: 'HELLO that does not name the driver, in Bolt 5.3',
      steps: [open('0305'), ...say(plainHello, logon(login))],
    },
    {
      name: 'HELLO of nobody',
      steps: [open('0805'), ...say([0x01, {}], logon(login))],
    },
    withUser('LOGON with a wrong password', [open('0805'), ...say(hello, logon(wrong), reset)]),
    withUser('LOGON with a wrong password in Bolt 5.4', [open('0405'), ...say(hello, logon(wrong), reset)]),
    {
      name: 'LOGON of an unknown user',
      steps: [open('0805'), ...say(hello, logon({ username: 'conformance-nobody', password }), reset)],
    },
    {
      name: 'LOGON by the scheme none',
      steps: [open('0805'), ...say(hello, [0x6a, { scheme: 'none' }], reset)],
    },
    {
      name: 'LOGON by an unknown scheme',
      steps: [open('0805'), ...say(hello, [0x6a, { scheme: 'smoke', credentials: 'x' }], reset)],
    },
    {
      name: 'LOGON without a password',
      steps: [open('0805'), ...say(hello, [0x6a, { scheme: 'basic', principal: 'neo4j' }], reset)],
    },
    {
      // A name of its own: the lock outlives the user.
      name: 'LOGON too often with a wrong password, then with the right one',
      steps: [
        { type: 'prepare', text: createUser.replace(user, lockedUser) },
        ...[wrong, wrong, wrong, me].flatMap((attempt): readonly Step[] => [
          open('0805'),
          ...say(hello, logon({ ...attempt, username: lockedUser })),
        ]),
        { type: 'prepare', text: dropUser.replace(user, lockedUser) },
      ],
    },
    {
      name: 'a password that has to be changed',
      steps: [
        { type: 'prepare', text: dropUser },
        { type: 'prepare', text: createExpired },
        open('0805'),
        ...say(hello, logon(me)),
        { type: 'query', text: 'SHOW DATABASES YIELD name', database: 'system' },
        { type: 'query', text: 'MATCH (p:Probe {id: $id}) RETURN p.id AS id', parameters: { id: 'x' } },
        {
          type: 'query',
          text: 'ALTER CURRENT USER SET PASSWORD FROM $from TO $to',
          parameters: { from: password, to: 'another-password' },
          database: 'system',
        },
        { type: 'query', text: 'SHOW DATABASES YIELD name', database: 'system' },
        { type: 'prepare', text: dropUser },
      ],
    },
    {
      name: 'a password that has to be changed, in Bolt 5.4',
      steps: [
        { type: 'prepare', text: dropUser },
        { type: 'prepare', text: createExpired },
        open('0405'),
        ...say(hello, logon(me)),
        { type: 'query', text: 'SHOW DATABASES YIELD name', database: 'system' },
        { type: 'prepare', text: dropUser },
      ],
    },
    withUser('a user that is dropped while logged in', [
      { type: 'log-in', login: me },
      { type: 'prepare', text: dropUser },
      { type: 'query', text: 'SHOW CURRENT USER YIELD *', database: 'system' },
    ]),
    withUser('LOGOFF, then LOGON as somebody else', [
      { type: 'log-in' },
      ...say(logoff, logon(me)),
      { type: 'query', text: 'SHOW CURRENT USER YIELD *', database: 'system' },
    ]),
    {
      name: 'RUN before LOGON',
      steps: [open('0805'), ...say(hello, run('SHOW USERS'), reset)],
    },
    {
      name: 'RUN before HELLO',
      steps: [open('0805'), ...say(run('SHOW USERS'), reset)],
    },
    { name: 'HELLO twice', steps: [open('0805'), ...say(hello, hello, reset)] },
    { name: 'LOGON twice', steps: [{ type: 'log-in' }, ...say(logon(login), reset)] },
    {
      name: 'PULL after LOGOFF',
      steps: [{ type: 'log-in' }, ...say(logoff, pull(), reset)],
    },
    { name: 'TELEMETRY', steps: [{ type: 'log-in' }, ...say(telemetry, reset)] },
    {
      name: 'TELEMETRY of an interface that does not exist',
      steps: [{ type: 'log-in' }, ...say([0x54, 99n], reset)],
    },
    { name: 'GOODBYE', steps: [{ type: 'log-in' }, ...say(goodbye)] },
  ];
}

function shake(name: string, proposals: string): Interaction {
  return { name, steps: [{ type: 'shake-hands', proposals }] };
}

/** One after the other. */
function say(...messages: readonly Message[]): readonly Step[] {
  return messages.map((message) => ({ type: 'send', messages: [message] }));
}

function open(bolt: string): Step {
  return { type: 'shake-hands', proposals: `0000${bolt} ${none}` };
}

function boltName(bolt: string): string {
  return `${Number(bolt.slice(2))}.${Number(bolt.slice(0, 2))}`;
}

/** With a user of its own, so that no lock hits another. */
function withUser(name: string, steps: readonly Step[]): Interaction {
  return {
    name,
    steps: [
      { type: 'prepare', text: dropUser },
      { type: 'prepare', text: createUser },
      ...steps,
      { type: 'prepare', text: dropUser },
    ],
  };
}
