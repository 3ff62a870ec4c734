import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contains } from './contains.ts';

const pod = (container: object) => ({ spec: { containers: [{ name: 'db', ...container }] } });

describe('contains', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['fields that the server added', { spec: { a: 1, clusterIP: '10.0.0.1' } }, { spec: { a: 1 } }, true],
    ['a field with another value', { spec: { a: 1 } }, { spec: { a: 2 } }, false],
    ['a field that is not there', { spec: {} }, { spec: { a: 1 } }, false],
    ['a number where text is wanted', { a: 1 }, { a: '1' }, false],
    ['an empty object that is not there', { volume: {} }, { volume: { emptyDir: {} } }, false],
    ['an object where a list is wanted', { a: { 0: 1 } }, { a: [1] }, false],
    [
      'an added sidecar',
      { containers: [{ name: 'mesh' }, { name: 'db' }] },
      { containers: [{ name: 'db' }] },
      true,
    ],
    ['a missing container', { containers: [{ name: 'mesh' }] }, { containers: [{ name: 'db' }] }, false],
    [
      'variables in another order',
      pod({ env: [env('B'), env('A')] }),
      pod({ env: [env('A'), env('B')] }),
      true,
    ],
    ['a variable with another value', pod({ env: [env('A', 'x')] }), pod({ env: [env('A', 'y')] }), false],
    [
      'a container port whose protocol was filled in',
      pod({ ports: [{ containerPort: 7687, protocol: 'TCP' }] }),
      pod({ ports: [{ containerPort: 7687 }] }),
      true,
    ],
    [
      'a container port of another protocol',
      pod({ ports: [{ containerPort: 53, protocol: 'UDP' }] }),
      pod({ ports: [{ containerPort: 53 }] }),
      false,
    ],
    [
      'a service port among others, as the server writes it',
      {
        spec: {
          ports: [
            { port: 1, protocol: 'TCP' },
            { port: 2, protocol: 'TCP' },
          ],
        },
      },
      { spec: { ports: [{ port: 2 }] } },
      true,
    ],
    [
      'a port that somebody opened in a network policy',
      { spec: { ingress: [{ ports: [{ port: 1 }, { port: 2 }] }] } },
      { spec: { ingress: [{ ports: [{ port: 1 }] }] } },
      false,
    ],
    [
      'a subject that somebody added to a role binding',
      {
        subjects: [
          { kind: 'User', name: 'a' },
          { kind: 'User', name: 'b' },
        ],
      },
      { subjects: [{ kind: 'User', name: 'a' }] },
      false,
    ],
    [
      'two mounts of one volume',
      {
        volumeMounts: [
          { name: 'v', mountPath: '/b' },
          { name: 'v', mountPath: '/a', readOnly: true },
        ],
      },
      { volumeMounts: [{ name: 'v', mountPath: '/a' }] },
      true,
    ],
    [
      'an owner among others',
      { metadata: { ownerReferences: [{ uid: '2' }, { uid: '1' }] } },
      { metadata: { ownerReferences: [{ uid: '1' }] } },
      true,
    ],
    [
      'finalizers of others',
      { metadata: { finalizers: ['b', 'a'] } },
      { metadata: { finalizers: ['a'] } },
      true,
    ],
    ['a finalizer that is not there', { metadata: {} }, { metadata: { finalizers: ['a'] } }, false],
    ['scalars in another order', { args: ['b', 'a'] }, { args: ['a', 'b'] }, false],
    ['a scalar that somebody added', { args: ['a', 'b'] }, { args: ['a'] }, false],
  ])('%s', (_, live, desired, expected) => {
    expect(contains(live, desired)).toBe(expected);
  });

  it('finds every object in itself, and in itself with more fields', () => {
    fc.assert(
      fc.property(fc.object(), fc.string(), (object, field) => {
        expect(contains(object, object)).toBe(true);
        expect(contains({ [field]: 1, ...object }, object)).toBe(true);
      }),
    );
  });

  function env(name: string, value = 'v') {
    return { name, value };
  }
});
