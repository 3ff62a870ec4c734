import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { createLogger, type LogLevel } from './create-logger.ts';
import { KubeError } from './errors.ts';

function capture(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const clock = new VirtualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  const destination = { write: (line: string) => void lines.push(line) };
  const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger: createLogger({ clock, level, name: 'operator', destination }), lines, parsed };
}

describe('createLogger', () => {
  it('writes one JSON object per line', () => {
    const { logger, lines, parsed } = capture();
    logger.info({ object: 'x/a' }, 'Pass ended');
    expect(lines).toEqual([expect.stringMatching(/^[^\n]+\n$/)]);
    expect(parsed()).toEqual([
      {
        level: 'info',
        time: '2026-01-02T03:04:05.006Z',
        logger: 'operator',
        object: 'x/a',
        msg: 'Pass ended',
      },
    ]);
  });

  it('drops what is below its level', () => {
    const { logger, parsed } = capture('warn');
    logger.debug({}, 'd');
    logger.info({}, 'i');
    logger.warn({}, 'w');
    logger.child({ a: 1 }).error({}, 'e');
    expect(parsed().map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'w'],
      ['error', 'e'],
    ]);
  });

  it('adds the fields of a child to its lines alone', () => {
    const { logger, parsed } = capture();
    logger.child({ controller: 'db' }).child({ reconcileId: '1' }).info({}, 'a');
    logger.info({}, 'b');
    expect(parsed()[0]).toMatchObject({ controller: 'db', reconcileId: '1', logger: 'operator' });
    expect(parsed()[1]).not.toHaveProperty('controller');
  });

  it('writes errors out, with what is known of a request and with their causes', () => {
    const { logger, parsed } = capture();
    const cause = new TypeError('socket closed');
    const err = new KubeError('GET /x: lost', {
      reason: 'Invalid',
      status: 422,
      request: 'GET /x',
      causes: [{ field: 'spec.a', message: 'too long' }],
      cause,
    });
    logger.error({ err }, 'failed');
    expect(parsed()[0]?.['err']).toEqual({
      type: 'KubeError',
      message: 'GET /x: lost',
      reason: 'Invalid',
      status: 422,
      request: 'GET /x',
      causes: [{ field: 'spec.a', message: 'too long' }],
      stack: err.stack,
      cause: { type: 'TypeError', message: 'socket closed', stack: cause.stack },
    });
  });

  it('survives an error that causes itself', () => {
    const { logger, lines } = capture();
    const ring = new Error('a');
    ring.cause = ring;
    logger.error({ err: ring }, 'failed');
    expect(lines).toHaveLength(1);
  });

  it('writes the identity of an object and never its body', () => {
    const { logger, lines, parsed } = capture();
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'x', annotations: { a: 'hidden' } },
      data: { password: 'hidden' },
    };
    logger.child({ owner: secret }).info({ object: secret }, 'made');
    expect(parsed()[0]?.['object']).toEqual({ kind: 'Secret', namespace: 'x', name: 's' });
    expect(lines.join()).not.toContain('hidden');
  });
});
