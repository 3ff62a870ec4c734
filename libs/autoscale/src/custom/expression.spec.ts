import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileExpression, type ExpressionResult } from './expression.ts';
import type { ExpressionView, ServerView } from './expression-view.ts';

const server = (index: number, cpu: number): ServerView => ({
  name: `neo4j-${index}`,
  zone: index % 2 === 0 ? 'a' : 'b',
  state: index === 0 ? 'joining' : 'ready',
  samples: { cpu },
});

const view: ExpressionView = {
  pool: { name: 'secondaries', current: 3, desired: 3, min: 1, max: 10, ready: 2, joining: 1 },
  metrics: { cpu: { value: 81.5, target: 60, proposal: 5 } },
  samples: { throughput: 1234.5 },
  servers: [server(0, 0.5), server(1, 2), server(2, 3)],
  databases: [{ name: 'neo4j', primaries: 3, secondaries: 0, followsPool: true }],
  now: { hour: 9, minute: 30, weekday: 1 },
};

function run(source: string, of: ExpressionView = view): ExpressionResult {
  const compiled = compileExpression(source);
  return compiled.ok ? compiled.evaluate(of) : compiled;
}

const crowd = (count: number): ExpressionView => ({
  ...view,
  servers: Array.from({ length: count }, (_, index) => server(index, 1)),
});

describe('an expression', () => {
  it.each<[string, number]>([
    ['pool.current + 1', 4],
    ['pool.current * 1.5', 5],
    ['math.ceil(samples.throughput / 500)', 3],
    ['samples["throughput"] / 500', 3],
    ['metrics.cpu.proposal', 5],
    ['has(metrics.memory) ? metrics.memory.proposal : pool.desired', 3],
    ['servers.filter(s, s.state == "ready").size()', 2],
    ['servers.map(s, s.samples.cpu).sum() / 2.0', 3],
    ['servers.filter(s, "cpu" in s.samples).map(s, s.samples.cpu).max()', 3],
    ['servers.exists(s, s.zone == "b" && s.samples.cpu > 1.0) ? 7 : 1', 7],
    ['now.weekday in [1, 2, 3, 4, 5] && now.hour >= 8 ? 6 : 2', 6],
    ['databases.all(d, d.followsPool) ? databases.size() : 0', 1],
    ['metrics.exists(m, metrics[m].value > 80.0) ? 9 : 0', 9],
    ['math.greatest(pool.min, pool.current - 2)', 1],
    ['math.least(double(pool.max), 4.2)', 5],
    ['0', 0],
  ])('%s gives %i', (source, replicas) => {
    expect(run(source)).toEqual({ ok: true, replicas });
  });

  it.each([undefined, null, 5])('is a text, and not %j', (source) => {
    expect(compileExpression(source as never)).toEqual({
      ok: false,
      message: 'is no text; write an expression',
    });
  });

  it('rounds up, and asks for at most 1,000', () => {
    expect(run('2.0001')).toEqual({ ok: true, replicas: 3 });
    expect(run('1e300')).toEqual({ ok: true, replicas: 1_000 });
    expect(run('9223372036854775807')).toEqual({ ok: true, replicas: 1_000 });
  });

  it.each<[string, RegExp]>([
    ['pool.curent + 1', /curent/],
    ['pools.current', /pools/],
    ['pool.name', /gives string/],
    ['servers', /gives list/],
    ['true', /gives bool/],
    ['1 +', /./],
    ['', /./],
    ['pool.current > 3 ? 1 : "many"', /same type/],
  ])('%p is refused when it is read', (source, message) => {
    const compiled = compileExpression(source);
    expect(compiled).toEqual({ ok: false, message: expect.stringMatching(message) });
  });

  it.each<[string, RegExp]>([
    ['1 / 0', /zero/],
    ['1.0 / 0.0', /Infinity/],
    ['0.0 / 0.0', /NaN/],
    ['pool.min - pool.max', /-9/],
    ['-0.5', /-0.5/],
    ['metrics.memory.proposal', /memory/],
    ['servers[7].samples.cpu', /bounds/],
    ['9223372036854775807 + pool.min', /overflow/],
    ['servers.filter(s, false).map(s, s.samples.cpu).max()', /empty/],
  ])('%p fails when it is evaluated, with a reason', (source, message) => {
    expect(compileExpression(source).ok).toBe(true);
    expect(run(source)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });

  it('remembers nothing of an evaluation that failed', () => {
    const compiled = compileExpression('servers.map(s, s.samples.cpu).sum()');
    if (!compiled.ok) throw new Error(compiled.message);
    const broken = { ...view, servers: [server(1, 1), { ...server(2, 1), samples: {} }] };
    expect(compiled.evaluate(view)).toEqual({ ok: true, replicas: 6 });
    expect(compiled.evaluate(broken).ok).toBe(false);
    expect(compiled.evaluate(view)).toEqual({ ok: true, replicas: 6 });
  });
});

describe('a hostile expression', () => {
  it.each<[string, RegExp]>([
    ['size("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$") ? [1] : [])', /matches\(\) is not offered/],
    ['cel.bind(x, "aa" + "aa", size(x))', /bind\(\) is not offered/],
    ['size("a".split(""))', /split\(\) is not offered/],
    ['size(servers.map(s, "x").join("y"))', /join\(\) is not offered/],
    ['size([servers].map(a, a + a).map(b, b + b).map(c, c + c))', /list of the view/],
    ['[servers + servers].exists(a, [a + a].exists(b, true)) ? 1 : 0', /list of the view/],
    ['(servers + servers).exists(a, true) ? 1 : 0', /list of the view/],
    ['servers.all(a, servers.all(b, servers.all(c, servers.all(d, a.name != d.name)))) ? 1 : 2', /steps/],
    ['int(timestamp("2026-01-01T00:00:00Z").getHours("Europe/Berlin"))', /not offered/],
    ['int(string(pool.current))', /string\(\) is not offered/],
    ['dyn(1)', /dyn\(\) is not offered/],
    ['type(1) == int ? 1 : 2', /not offered/],
    ['size(b"abc")', /bytes/],
    ['int(3u)', /unsigned/],
    ['size({"__proto__": {"a": 1}})', /map literal/],
    ['math.constructor', /math is no value/],
    ['int(cel)', /cel is no value/],
    ['pool.constructor', /constructor/],
    ['pool.__proto__', /__proto__/],
    ['servers[0].__proto__.x', /__proto__/],
    ['constructor', /constructor/],
    ['process.exit(1)', /not offered/],
  ])('%p is refused when it is read', (source, message) => {
    expect(compileExpression(source)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });

  it.each<[string, string, RegExp]>([
    ['deep parentheses', `${'('.repeat(500)}1${')'.repeat(500)}`, /depth/i],
    ['many signs', `${'-'.repeat(1_500)}1`, /nodes/i],
    ['many operators', `1${'+1'.repeat(900)}`, /nodes/i],
    ['deep lists', `${'['.repeat(300)}1${']'.repeat(300)}.size()`, /depth/i],
    ['a long text', '1'.repeat(5_000), /at most 2000/],
  ])('of %s is refused when it is read', (_, source, message) => {
    expect(compileExpression(source)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });

  it.each([
    'metrics.constructor.value',
    'metrics["__proto__"].value',
    'servers[0].samples.__proto__',
    'samples.toString',
    'samples["constructor"]',
  ])('%p finds nothing of JavaScript', (source) => {
    expect(run(source)).toEqual({ ok: false, message: expect.stringContaining('No such key') });
  });

  it('is stopped before it runs long over a big pool, and runs over a small one', () => {
    const source = 'servers.filter(a, servers.exists(b, a.zone != b.zone)).size()';
    expect(run(source)).toEqual({ ok: true, replicas: 3 });
    expect(run(source, crowd(2_000))).toEqual({ ok: false, message: expect.stringContaining('steps') });
  });

  it('copies no list more often than its steps allow', () => {
    const source = 'servers.filter(a, size(servers + servers + servers) > 0).size()';
    expect(run(source)).toEqual({ ok: true, replicas: 3 });
    expect(run(source, crowd(500))).toEqual({ ok: false, message: expect.stringContaining('steps') });
  });

  it('sees only the start of long names', () => {
    const long = { ...view, servers: [{ ...server(0, 1), name: 'x'.repeat(1_000_000) }] };
    expect(run('size(servers[0].name)', long)).toEqual({ ok: true, replicas: 253 });
  });
});

const tokens = [
  ...['pool', 'metrics', 'servers', 'samples', 'now', 's', 'cpu', 'current', 'name', 'size', 'map', 'filter'],
  ...['exists', 'sum', 'has', 'int', 'double', 'math', 'ceil', '1', '2.5', '-7', '"a"', 'true', 'null', 'in'],
  ...['(', ')', '[', ']', '{', '}', '.', ',', '?', ':', '+', '-', '*', '/', '%', '==', '<', '&&', '||', '!'],
];

describe('any text', () => {
  it('becomes a whole number from 0 to 1,000 or a reason, and never throws', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(fc.constantFrom(...tokens), { maxLength: 25 }).map((words) => words.join(' ')),
      fc
        .array(fc.constantFrom('pool.current', 'metrics.cpu.value', '2', '0.0', '1e308', 'servers.size()'), {
          minLength: 1,
          maxLength: 8,
        })
        .chain((operands) =>
          fc
            .array(fc.constantFrom('+', '-', '*', '/'), { minLength: 8, maxLength: 8 })
            .map((operators) =>
              operands
                .map((operand, i) => (i === 0 ? operand : `${operators[i] ?? '+'} ${operand}`))
                .join(' '),
            ),
        ),
    );
    fc.assert(
      fc.property(text, (source) => {
        const result = run(source);
        if (!result.ok) return result.message.length <= 400 && !/\p{Cc}/u.test(result.message);
        return Number.isInteger(result.replicas) && result.replicas >= 0 && result.replicas <= 1_000;
      }),
      { numRuns: 400, seed: 7 },
    );
  });
});
