import { describe, expect, it } from '@jest/globals';
import type { SimObject } from '../api/object.ts';
import { humanDuration } from './ages.ts';
import { builtinColumns, plainColumns } from './columns.ts';
import { tableOf } from './table.ts';

const nowMs = Date.parse('2026-01-01T01:00:00Z');

function row(resource: string, fields: Record<string, unknown>): readonly unknown[] {
  const metadata = { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' };
  const object: SimObject = { apiVersion: 'v1', kind: 'X', metadata, ...fields };
  const columns = builtinColumns[resource];
  const { rows } = tableOf(columns === undefined ? {} : { columns }, [object], { nowMs });
  return (rows as readonly { readonly cells: readonly unknown[] }[])[0]?.cells ?? [];
}

describe('The table of a resource', () => {
  it('has columns with all of their fields, and rows with metadata', () => {
    const object: SimObject = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', resourceVersion: '7' } };
    expect(tableOf({}, [object], { nowMs })).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '7' },
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
        { name: 'Age', type: 'string', format: '', description: '', priority: 0 },
      ],
      rows: [
        {
          cells: ['x', '<unknown>'],
          object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
        },
      ],
    });
  });

  it('has an empty list of rows for no objects', () => {
    const options = { nowMs, metadata: { resourceVersion: '1' } };
    expect(tableOf({ columns: plainColumns }, [], options)).toHaveProperty('rows', []);
    expect(tableOf({}, [], options)).toHaveProperty('rows', null);
  });

  it.each([
    [
      '1/2',
      'CrashLoopBackOff',
      '3 (6m40s ago)',
      {
        phase: 'Running',
        containerStatuses: [
          {
            restartCount: 3,
            ready: true,
            state: { running: {} },
            lastState: { terminated: { finishedAt: '2026-01-01T00:53:20Z' } },
          },
          { state: { waiting: { reason: 'CrashLoopBackOff' } } },
        ],
      },
    ],
    [
      '0/2',
      'Completed',
      '0',
      {
        phase: 'Succeeded',
        containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
      },
    ],
    ['0/2', 'Evicted', '0', { phase: 'Failed', reason: 'Evicted' }],
    [
      '0/2',
      'Signal:9',
      '0',
      { phase: 'Running', containerStatuses: [{ state: { terminated: { exitCode: 137, signal: 9 } } }] },
    ],
    [
      '0/2',
      'SchedulingGated',
      '0',
      {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      },
    ],
    [
      '0/2',
      'Init:0/1',
      '0',
      { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: { running: {} } }] },
    ],
  ])('says of a pod %s, %s and %s', (ready, status, restarts, given) => {
    const spec = { containers: [{ name: 'a' }, { name: 'b' }], initContainers: [{ name: 'i' }] };
    expect(row('pods', { spec, status: given }).slice(1, 5)).toEqual([ready, status, restarts, '60m']);
  });

  it('shows which versions of a definition are served, and which is stored', () => {
    const versions = [
      { name: 'v1', served: true, storage: true },
      { name: 'v1beta1', served: true, storage: false },
      { name: 'v1alpha1', served: false, storage: false },
    ];
    const [, , shown] = row('customresourcedefinitions.apiextensions.k8s.io', { spec: { versions } });
    expect(shown).toBe('v1(storage),v1beta1');
  });

  it('shows where a Service is and what a selector takes', () => {
    const spec = {
      type: 'NodePort',
      clusterIP: '10.0.0.1',
      selector: { b: 'c', a: 'd' },
      ports: [
        { port: 80, nodePort: 30_000, protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
      ],
    };
    expect(row('services', { spec })).toEqual([
      'x',
      'NodePort',
      '10.0.0.1',
      '<none>',
      '80:30000/TCP,53/UDP',
      '60m',
      'a=d,b=c',
    ]);
    const podSelector = {
      matchLabels: { b: 'c' },
      matchExpressions: [{ key: 'a', operator: 'In', values: ['z', 'y'] }],
    };
    expect(row('networkpolicies.networking.k8s.io', { spec: { podSelector } })[1]).toBe('a in (y,z),b=c');
  });

  it.each([
    [-5000, '<invalid>'],
    [119_000, '119s'],
    [121_000, '2m1s'],
    [11 * 60_000, '11m'],
    [4 * 3_600_000, '4h'],
    [50 * 3_600_000, '2d2h'],
    [400 * 86_400_000, '400d'],
    [800 * 86_400_000, '2y70d'],
  ])('says %d ms as %s', (ms, words) => {
    expect(humanDuration(ms)).toBe(words);
  });
});
