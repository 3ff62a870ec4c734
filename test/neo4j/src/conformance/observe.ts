// Does an interaction to a server and notes what comes of it.
import { type Clock, systemClock } from '@neo4j-operator/clock';
import type { ServerUnderTest } from '../harness.ts';
import { drive } from './drive.ts';
import type { Interaction, Login, Message, RowDetail, Step } from './interaction.ts';
import { goodbye, hello, logon, pull, reset, run } from './messages.ts';
import { normaliseAnswer, normaliseManifest, normaliseRows } from './normalise.ts';
import { type Silence, WireClient } from './wire-client.ts';
import type { WireMessage, WireValue } from './wire-value.ts';

/** What came of the steps, line by line; equal on two servers that behave alike. */
export type Outcome = readonly string[];

const magic = '6060b017';
const manifest = '000001ff';
const newest = '00000106 00080805 00000000 00000000';
const recordTag = 0x71;
const successTag = 0x70;
const noValue: ReadonlyMap<string, WireValue> = new Map();

/** @throws Error if a step that only prepares fails, or the server cannot be reached */
export async function observe(server: ServerUnderTest, interaction: Interaction): Promise<Outcome> {
  const observer = new Observer(server, systemClock);
  try {
    for (const step of interaction.steps) await observer.take(step);
  } catch (cause) {
    throw new Error(`${interaction.name}, on ${server.name}: ${String(cause)}`, { cause });
  } finally {
    observer.close();
  }
  return observer.lines;
}

class Observer {
  readonly lines: string[] = [];
  readonly #server: ServerUnderTest;
  readonly #clock: Clock;
  readonly #clients: WireClient[] = [];
  #columns: readonly string[] = [];

  constructor(server: ServerUnderTest, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
  }

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case 'shake-hands':
        return this.#shakeHands(step.proposals, step.choice);
      case 'shout':
        return this.#shout(step.text);
      case 'log-in':
        await this.#logIn(step.login ?? this.#server.credentials, step.bolt);
        return;
      case 'send':
        return this.#send(step.messages, step.rows ?? 'values');
      case 'query':
        return this.#query(step);
      case 'prepare':
        return this.#prepare(step);
      case 'drive':
        this.lines.push(...(await drive(this.#server, step)));
        return;
      case 'get':
        return this.#get(step.path);
    }
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  get #client(): WireClient {
    const client = this.#clients.at(-1);
    if (client === undefined) throw new Error('no connection is open');
    return client;
  }

  async #open(): Promise<WireClient> {
    const client = await WireClient.open(this.#server.boltAddress, this.#clock);
    this.#clients.push(client);
    return client;
  }

  async #shakeHands(proposals: string, choice: string | undefined): Promise<void> {
    const client = await this.#open();
    client.write(hex(`${magic} ${proposals}`));
    const reply = await handshakeReply(client);
    this.lines.push(`handshake: ${reply}`);
    if (reply === '00000000') this.lines.push(asText(await client.message()));
    if (choice !== undefined) client.write(hex(choice));
  }

  async #shout(text: string): Promise<void> {
    const client = await this.#open();
    client.write(Buffer.from(text));
    const all = await client.rest();
    const [first = ''] = (typeof all === 'string' ? all : all.toString('latin1')).split('\r\n');
    this.lines.push(`first line: ${first}`);
  }

  async #logIn(login: Login, bolt: string | undefined): Promise<void> {
    const client = await this.#open();
    const proposals = bolt === undefined ? newest : `0000${bolt} 00000000 00000000 00000000`;
    client.write(hex(`${magic} ${proposals}`));
    await client.bytes(4);
    client.send([hello, logon(login)]);
    for (const step of ['HELLO', 'LOGON']) {
      const answer = await client.message();
      if (typeof answer === 'string' || answer.tag !== successTag) {
        throw new Error(`${step}: ${asText(answer)}`);
      }
    }
  }

  async #send(messages: readonly Message[], detail: RowDetail): Promise<void> {
    this.#client.send(messages);
    for (const message of messages) {
      if (message === goodbye) {
        this.lines.push(...(await farewell(this.#client)));
        return;
      }
      const { rows, answer } = await answerTo(this.#client);
      if (rows.length > 0) this.lines.push(...normaliseRows(this.#columns, rows, detail));
      this.lines.push(typeof answer === 'string' ? answer : normaliseAnswer(answer));
      if (typeof answer === 'string') return;
      this.#columns = columnsOf(answer) ?? this.#columns;
    }
  }

  async #query(step: Extract<Step, { type: 'query' }>): Promise<void> {
    const { text, parameters = {}, database = 'neo4j', rows: detail = 'values' } = step;
    const client = this.#client;
    client.send([run(text, parameters, { db: database }), pull()]);
    const started = await answerTo(client);
    const finished = await answerTo(client);
    if (typeof started.answer === 'string' || typeof finished.answer === 'string') {
      this.lines.push(asText(started.answer), asText(finished.answer));
      return;
    }
    this.lines.push(normaliseAnswer(started.answer));
    const columns = columnsOf(started.answer);
    if (columns !== undefined && columns.length > 0) {
      this.lines.push(...normaliseRows(columns, finished.rows, detail));
    }
    this.lines.push(normaliseAnswer(finished.answer));
    if (finished.answer.tag === successTag) return;
    client.send([reset]);
    await answerTo(client);
  }

  async #prepare(step: Extract<Step, { type: 'prepare' }>): Promise<void> {
    const { text, parameters = {}, database = 'system' } = step;
    const observer = new Observer(this.#server, this.#clock);
    try {
      await observer.#logIn(this.#server.credentials, undefined);
      await observer.#query({ type: 'query', text, parameters, database, rows: 'types' });
      if (!observer.lines.at(-1)?.startsWith('SUCCESS')) {
        throw new Error(`${text}: ${observer.lines.join('; ')}`);
      }
    } finally {
      observer.close();
    }
  }

  async #get(path: string): Promise<void> {
    const address = this.#server.httpAddress;
    if (address === undefined) throw new Error('the server serves no HTTP');
    const response = await fetch(`http://${address}${path}`);
    const body = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    this.lines.push(
      `status ${response.status}`,
      `content type ${String(response.headers.get('content-type'))}`,
    );
    if (!isJson) return;
    const json = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const keys = Object.entries(json).map(([key, value]) => `${key}: ${typeof value}`);
    this.lines.push(`{${keys.sort().join(', ')}}`);
  }
}

/** What still comes until the server hangs up. */
async function farewell(client: WireClient): Promise<readonly string[]> {
  const answer = await client.message();
  return typeof answer === 'string' ? [answer] : [normaliseAnswer(answer), ...(await farewell(client))];
}

/** A version, or the marker of the manifest with what it holds. */
async function handshakeReply(client: WireClient): Promise<string> {
  const reply = await client.bytes(4);
  if (typeof reply === 'string') return reply;
  if (reply.toString('hex') !== manifest) return reply.toString('hex');
  // Counts and capabilities are variable-length integers; all that is there fits into one byte.
  const count = await client.bytes(1);
  if (typeof count === 'string') return count;
  const entries = await client.bytes(count.readUInt8() * 4 + 1);
  return typeof entries === 'string' ? entries : `manifest, ${normaliseManifest(entries)}`;
}

/** The records that come, and the answer that ends them. */
async function answerTo(
  client: WireClient,
): Promise<{ readonly rows: readonly WireMessage[]; readonly answer: WireMessage | Silence }> {
  const rows: WireMessage[] = [];
  for (;;) {
    const next = await client.message();
    if (typeof next === 'string' || next.tag !== recordTag) return { rows, answer: next };
    rows.push(next);
  }
}

/** The columns that an answer to RUN names. */
function columnsOf({ fields }: WireMessage): readonly string[] | undefined {
  const [metadata = null] = fields;
  const entries =
    typeof metadata === 'object' && metadata !== null && 'map' in metadata ? metadata.map : noValue;
  const columns = entries.get('fields') ?? null;
  return typeof columns === 'object' && columns !== null && 'list' in columns
    ? columns.list.map(String)
    : undefined;
}

function asText(answer: WireMessage | Silence): string {
  return typeof answer === 'string' ? answer : normaliseAnswer(answer);
}

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}
