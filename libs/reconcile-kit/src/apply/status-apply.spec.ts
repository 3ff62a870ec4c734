import { describe, expect, it } from '@jest/globals';
import type { ApplyOptions, Writer } from '../client/client.ts';
import { KubeError } from '../core/errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import { ApplyMemo } from './apply-if-changed.ts';
import { applyStatusIfChanged } from './status-apply.ts';

interface Widget extends KubeObject {
  readonly status?: Readonly<Record<string, unknown>>;
}

const widgets = defineResource<Widget>({
  group: 'example.com',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});

function widget(status?: Widget['status']): Stored<Widget> {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w', namespace: 'x', uid: 'u1', resourceVersion: '5' },
    ...(status && { status }),
  };
}

interface Call {
  readonly live: Stored<Widget>;
  readonly status: Readonly<Record<string, unknown>>;
  readonly memo?: ApplyMemo;
  readonly ownsWholeStatus?: boolean;
}

function applyWith(answer: () => Promise<Stored<Widget>>) {
  const requests: { readonly object: KubeObject; readonly options: ApplyOptions }[] = [];
  const writer: Pick<Writer, 'apply'> = {
    apply: <T extends KubeObject>(_: unknown, object: T, options: ApplyOptions) => {
      requests.push({ object, options });
      return answer() as Promise<KubeObject> as Promise<Stored<T>>;
    },
  };
  const apply = (call: Call) =>
    applyStatusIfChanged({ writer, resource: widgets, fieldManager: 'test', ...call });
  return { requests, apply };
}

const stored = (status: Widget['status'], resourceVersion: string): Stored<Widget> => {
  const object = widget(status);
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
};

describe('applyStatusIfChanged', () => {
  it('sends the status alone, to this object alone', async () => {
    const { requests, apply } = applyWith(() => Promise.resolve(stored({ ready: 1 }, '6')));
    expect(await apply({ live: widget(), status: { ready: 1, gone: undefined } })).toEqual(
      stored({ ready: 1 }, '6'),
    );
    expect(requests).toEqual([
      {
        object: {
          apiVersion: 'example.com/v1',
          kind: 'Widget',
          metadata: { name: 'w', namespace: 'x', uid: 'u1' },
          status: { ready: 1 },
        },
        options: { fieldManager: 'test', force: true, subresource: 'status' },
      },
    ]);
  });

  it.each<[string, Widget['status'], Readonly<Record<string, unknown>>, boolean, number]>([
    ['nothing when it is equal', { b: [1], a: { c: 1 } }, { a: { c: 1 }, b: [1] }, true, 0],
    ['nothing when both are empty', undefined, { a: undefined }, true, 0],
    ['a request when a value differs', { a: 1 }, { a: 2 }, true, 1],
    ['a request when a field is given up', { a: 1, b: 1 }, { a: 1 }, true, 1],
    ['a request when a nested field is given up', { a: { b: 1, c: 1 } }, { a: { b: 1 } }, false, 1],
    ['nothing when the other field belongs to others', { a: 1, b: 1 }, { a: 1 }, false, 0],
  ])('sends %s', async (_, found, status, ownsWholeStatus, count) => {
    const { requests, apply } = applyWith(() => Promise.resolve(stored(found, '6')));
    await apply({ live: widget(found), status, ownsWholeStatus });
    expect(requests).toHaveLength(count);
  });

  it('does not repeat an apply that had no effect', async () => {
    const { requests, apply } = applyWith(() => Promise.resolve(widget({ a: '1' })));
    const memo = new ApplyMemo();
    await apply({ live: widget({ a: '1' }), status: { a: '01' }, memo });
    await apply({ live: widget({ a: '1' }), status: { a: '01' }, memo });
    expect(requests).toHaveLength(1);
    await apply({ live: widget({ a: '1' }), status: { a: '02' }, memo });
    expect(requests).toHaveLength(2);
  });

  it('takes an object that is gone for no error, and a namesake for one', async () => {
    const failing = (reason: 'NotFound' | 'Conflict') =>
      applyWith(() => Promise.reject(new KubeError(reason, { reason }))).apply({
        live: widget(),
        status: { a: 1 },
      });
    expect(await failing('NotFound')).toBeUndefined();
    await expect(failing('Conflict')).rejects.toMatchObject({ reason: 'Conflict' });
  });
});
