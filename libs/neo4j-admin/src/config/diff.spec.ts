import { describe, expect, it } from '@jest/globals';
import type { Settings } from './conf-text.ts';
import { diffSettings } from './diff.ts';
import { renderConfiguration } from './render.ts';
import { fullModel } from './sample-models.spec-helper.ts';

const before: Settings = new Map([
  ['db.logs.query.threshold', ['5s']],
  ['dbms.cluster.endpoints', ['a:6000']],
  ['server.jvm.additional', ['-Da=1', '-Db=2']],
  ['server.memory.heap.max_size', ['1g']],
]);

function changed(entries: Readonly<Record<string, readonly string[] | undefined>>) {
  const after = new Map(before);
  for (const [key, values] of Object.entries(entries)) {
    if (values === undefined) after.delete(key);
    else after.set(key, values);
  }
  return diffSettings(before, after, 'enterprise');
}

describe('the difference of two configurations', () => {
  it('is none between the same', () => {
    expect(changed({})).toEqual({ restartClass: 'none', changes: [] });
  });

  it.each([
    ['next-start', { 'dbms.cluster.endpoints': ['a:6000,b:6000'] }],
    ['live', { 'db.logs.query.threshold': ['1s'] }],
    ['live', { 'db.logs.query.threshold': undefined }],
    ['restart', { 'server.memory.heap.max_size': ['2g'] }],
    ['restart', { 'server.jvm.additional': ['-Db=2', '-Da=1'] }],
    ['restart', { 'com.example.unknown': ['1'] }],
    ['live', { 'dbms.cluster.endpoints': ['b:6000'], 'db.logs.query.threshold': ['1s'] }],
    ['restart', { 'db.logs.query.threshold': ['1s'], 'server.memory.heap.max_size': ['2g'] }],
  ] as const)('asks for %s after %j', (restartClass, entries) => {
    expect(changed(entries).restartClass).toBe(restartClass);
  });

  it('names what has changed and how', () => {
    expect(changed({ 'db.format': ['block'], 'dbms.cluster.endpoints': undefined }).changes).toEqual([
      { key: 'db.format', kind: 'added', restartClass: 'live' },
      { key: 'dbms.cluster.endpoints', kind: 'removed', restartClass: 'next-start' },
    ]);
  });

  it('asks nothing of the servers that are there when a cluster grows', () => {
    const three = fullModel('2026.08.1');
    const five = {
      ...three,
      discovery: {
        endpoints: [0, 1, 2, 3, 4].map((ordinal) => `graph-${ordinal}.graph.default.svc.cluster.local:6000`),
        minimumInitialSystemPrimaries: 3,
      },
    };
    const [old, wanted] = [three, five].map(renderConfiguration);
    if (!old?.ok || !wanted?.ok) throw new Error('the samples can be rendered');

    expect(
      diffSettings(old.configuration.settings, wanted.configuration.settings, 'enterprise'),
    ).toMatchObject({
      restartClass: 'next-start',
      changes: [{ key: 'dbms.cluster.endpoints' }],
    });
  });
});
