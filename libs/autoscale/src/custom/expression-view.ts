// What an expression sees of a pool, and how it becomes values of the expression language.
import { Environment } from '@marcbachmann/cel-js';

/**
 * The variables of an expression. Counts are `int`, everything measured is `double`; the two may be mixed in arithmetic, which plain CEL
 * does not allow.
 */
export interface ExpressionView {
  readonly pool: {
    readonly name: string;
    /** Servers that are there and do not drain. */
    readonly current: number;
    /** Servers that are asked for at present. */
    readonly desired: number;
    readonly min: number;
    readonly max: number;
    readonly ready: number;
    readonly joining: number;
  };
  /** By name, only those that could be read: ask with `has(metrics.cpu)`. */
  readonly metrics: Readonly<Record<string, MetricView>>;
  /** Numbers for the pool as a whole, by name, only those that are fresh. */
  readonly samples: Readonly<Record<string, number>>;
  readonly servers: readonly ServerView[];
  readonly databases: readonly DatabaseView[];
  /** In UTC; `weekday` counts from Sunday = 0. */
  readonly now: { readonly hour: number; readonly minute: number; readonly weekday: number };
}

/** A metric as an expression sees it. */
export interface MetricView {
  readonly value: number;
  readonly target: number;
  readonly proposal: number;
}

/** A server as an expression sees it. */
export interface ServerView {
  readonly name: string;
  /** Empty when it is in none. */
  readonly zone: string;
  readonly state: string;
  readonly samples: Readonly<Record<string, number>>;
}

/** A database as an expression sees it. */
export interface DatabaseView {
  readonly name: string;
  readonly primaries: number;
  /** 0 when the database has one on every secondary. */
  readonly secondaries: number;
  readonly followsPool: boolean;
}

/** Longest text that an expression sees. */
const LONGEST_TEXT = 253;

const POOL = {
  name: 'string',
  current: 'int',
  desired: 'int',
  min: 'int',
  max: 'int',
  ready: 'int',
  joining: 'int',
};

/**
 * The language: the variables, arithmetic that mixes `int` and `double`, and from CEL's extensions `math.ceil`, `math.floor`,
 * `math.greatest`, `math.least`, and `sum`, `min` and `max` of a list of `double`.
 */
export function expressionEnvironment(limits: {
  readonly maxAstNodes: number;
  readonly maxDepth: number;
}): Environment {
  const sync = { async: false };
  const environment = new Environment({ limits })
    .registerType('Metric', {
      ctor: MetricValue,
      fields: { value: 'double', target: 'double', proposal: 'int' },
    })
    .registerType('Server', {
      ctor: ServerValue,
      fields: { name: 'string', zone: 'string', state: 'string', samples: 'map<string, double>' },
    })
    .registerType('Database', {
      ctor: DatabaseValue,
      fields: { name: 'string', primaries: 'int', secondaries: 'int', followsPool: 'bool' },
    })
    .registerType('MathNamespace', MathNamespace)
    .registerConstant('math', 'MathNamespace', new MathNamespace())
    .registerVariable('pool', { schema: POOL })
    .registerVariable('metrics', 'map<string, Metric>')
    .registerVariable('samples', 'map<string, double>')
    .registerVariable('servers', 'list<Server>')
    .registerVariable('databases', 'list<Database>')
    .registerVariable('now', { schema: { hour: 'int', minute: 'int', weekday: 'int' } })
    .registerFunction(
      'MathNamespace.ceil(double): double',
      (_: unknown, value: number) => Math.ceil(value),
      sync,
    )
    .registerFunction(
      'MathNamespace.floor(double): double',
      (_: unknown, value: number) => Math.floor(value),
      sync,
    )
    .registerFunction('list<double>.sum(): double', (list: readonly number[]) => list.reduce(add, 0), sync)
    .registerFunction(
      'list<double>.min(): double',
      (list: readonly number[]) => extreme(list, Math.min),
      sync,
    )
    .registerFunction(
      'list<double>.max(): double',
      (list: readonly number[]) => extreme(list, Math.max),
      sync,
    )
    .registerOperator('int + double: double', (a: bigint, b: number) => Number(a) + b)
    .registerOperator('double + int: double', (a: number, b: bigint) => a + Number(b))
    .registerOperator('int - double: double', (a: bigint, b: number) => Number(a) - b)
    .registerOperator('double - int: double', (a: number, b: bigint) => a - Number(b))
    .registerOperator('int * double: double', (a: bigint, b: number) => Number(a) * b)
    .registerOperator('double * int: double', (a: number, b: bigint) => a * Number(b))
    .registerOperator('int / double: double', (a: bigint, b: number) => Number(a) / b)
    .registerOperator('double / int: double', (a: number, b: bigint) => a / Number(b));
  for (const left of ['int', 'double'])
    for (const right of ['int', 'double']) {
      const type = left === right ? left : 'double';
      const greatest = (_: unknown, a: number | bigint, b: number | bigint) => as(type, a > b ? a : b);
      const least = (_: unknown, a: number | bigint, b: number | bigint) => as(type, a < b ? a : b);
      environment
        .registerFunction(`MathNamespace.greatest(${left}, ${right}): ${type}`, greatest, sync)
        .registerFunction(`MathNamespace.least(${left}, ${right}): ${type}`, least, sync);
    }
  return environment;
}

/** The values of the variables; nothing of them is shared with what was observed. */
export function expressionContext(view: ExpressionView): Readonly<Record<string, unknown>> {
  const { pool, now } = view;
  return {
    pool: {
      name: text(pool.name),
      current: int(pool.current),
      desired: int(pool.desired),
      min: int(pool.min),
      max: int(pool.max),
      ready: int(pool.ready),
      joining: int(pool.joining),
    },
    metrics: new Map(Object.entries(view.metrics).map(([name, metric]) => [name, new MetricValue(metric)])),
    samples: numbers(view.samples),
    servers: view.servers.map((server) => new ServerValue(server)),
    databases: view.databases.map((database) => new DatabaseValue(database)),
    now: { hour: int(now.hour), minute: int(now.minute), weekday: int(now.weekday) },
  };
}

class MathNamespace {
  readonly name = 'math';
}

class MetricValue {
  readonly value: number;
  readonly target: number;
  readonly proposal: bigint;

  constructor({ value, target, proposal }: MetricView) {
    this.value = value;
    this.target = target;
    this.proposal = int(proposal);
  }
}

class ServerValue {
  readonly name: string;
  readonly zone: string;
  readonly state: string;
  readonly samples: ReadonlyMap<string, number>;

  constructor({ name, zone, state, samples }: ServerView) {
    this.name = text(name);
    this.zone = text(zone);
    this.state = text(state);
    this.samples = numbers(samples);
  }
}

class DatabaseValue {
  readonly name: string;
  readonly primaries: bigint;
  readonly secondaries: bigint;
  readonly followsPool: boolean;

  constructor({ name, primaries, secondaries, followsPool }: DatabaseView) {
    this.name = text(name);
    this.primaries = int(primaries);
    this.secondaries = int(secondaries);
    this.followsPool = followsPool;
  }
}

function numbers(record: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(record).filter(([, value]) => Number.isFinite(value)));
}

function text(value: string): string {
  return value.slice(0, LONGEST_TEXT);
}

function int(value: number): bigint {
  return BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);
}

function as(type: string, value: number | bigint): number | bigint {
  return type === 'double' ? Number(value) : value;
}

function add(a: number, b: number): number {
  return a + b;
}

function extreme(list: readonly number[], choose: (...values: readonly number[]) => number): number {
  if (list.length === 0) throw new RangeError('the list is empty; ask for its size() first');
  return list.reduce((a, b) => choose(a, b));
}
