import { describe, expect, it } from '@jest/globals';
import type { JsonPatchOperation, LiveReader, Writer } from '../client/client.ts';
import { PreconditionFailed } from '../core/pass-errors.ts';
import { KubeError, type KubeErrorReason } from '../core/errors.ts';
import type { KubeObject, ObjectMeta, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from './finalizers.ts';

const widgets = defineResource({
  group: 'g',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});

function widget(finalizers?: readonly string[], more: Partial<ObjectMeta> = {}): Stored {
  const metadata = { name: 'w', namespace: 'x', uid: 'u1', resourceVersion: '5', ...more };
  return { apiVersion: 'g/v1', kind: 'Widget', metadata: { ...metadata, ...(finalizers && { finalizers }) } };
}

const uidTest: JsonPatchOperation = { op: 'test', path: '/metadata/uid', value: 'u1' };

/** Answers the patches in turn, with an object or with an error; `current` is what a live read finds. */
function ports(answers: readonly (Stored | KubeErrorReason)[], current?: Stored) {
  const patches: (readonly JsonPatchOperation[])[] = [];
  const writer: Pick<Writer, 'jsonPatch'> = {
    jsonPatch: <T extends KubeObject>(_: unknown, key: string, operations: readonly JsonPatchOperation[]) => {
      expect(key).toBe('x/w');
      const answer = answers[patches.push(operations) - 1];
      if (answer === undefined) throw new Error('one patch too many');
      return typeof answer === 'string'
        ? Promise.reject(new KubeError(answer, { reason: answer }))
        : (Promise.resolve(answer) as Promise<KubeObject> as Promise<Stored<T>>);
    },
  };
  const live: Pick<LiveReader, 'get'> = {
    get: <T extends KubeObject>() => Promise.resolve(current as KubeObject as Stored<T> | undefined),
  };
  return { patches, writer, live };
}

describe('addFinalizer', () => {
  it('sends nothing if it is there', async () => {
    const object = widget(['f']);
    expect(await addFinalizer(ports([]), widgets, object, 'f')).toBe(object);
    expect(hasFinalizer(object, 'f')).toBe(true);
    expect(hasFinalizer(object, undefined)).toBe(false);
  });

  it.each([[undefined], [[]]])(
    'makes the list on the object as it was seen, if there is none (%p)',
    async (list) => {
      const server = ports([widget(['f'])]);
      expect(await addFinalizer(server, widgets, widget(list), 'f')).toEqual(widget(['f']));
      expect(server.patches).toEqual([
        [
          uidTest,
          { op: 'test', path: '/metadata/resourceVersion', value: '5' },
          { op: 'add', path: '/metadata/finalizers', value: ['f'] },
        ],
      ]);
    },
  );

  it('appends to the list as it was seen', async () => {
    const server = ports([widget(['other', 'f'])]);
    await addFinalizer(server, widgets, widget(['other']), 'f');
    expect(server.patches).toEqual([
      [
        uidTest,
        { op: 'test', path: '/metadata/finalizers', value: ['other'] },
        { op: 'add', path: '/metadata/finalizers/-', value: 'f' },
      ],
    ]);
  });

  it('looks again, once, if the object is not as it was seen', async () => {
    const server = ports(['Invalid', widget(['new', 'f'])], widget(['new'], { resourceVersion: '6' }));
    expect(await addFinalizer(server, widgets, widget(), 'f')).toEqual(widget(['new', 'f']));
    expect(server.patches[1]?.[1]).toEqual({ op: 'test', path: '/metadata/finalizers', value: ['new'] });
  });

  it('is content if the finalizer is there by now', async () => {
    expect(await addFinalizer(ports(['Conflict'], widget(['f'])), widgets, widget(), 'f')).toEqual(
      widget(['f']),
    );
  });

  it.each([
    ['is gone', undefined],
    ['is gone', widget([], { uid: 'u2' })],
    ['is being deleted', widget([], { deletionTimestamp: '2026-01-01T00:00:00Z' })],
  ])('gives up if the object %s', async (how, current) => {
    const added = addFinalizer(ports(['Invalid'], current), widgets, widget(), 'f');
    await expect(added).rejects.toThrow(new PreconditionFailed(`widgets.g x/w ${how}`));
  });

  it('finds out that the object is gone', async () => {
    const added = addFinalizer(ports(['NotFound']), widgets, widget(), 'f');
    await expect(added).rejects.toThrow(PreconditionFailed);
  });

  it.each<{ readonly answers: readonly KubeErrorReason[] }>([
    { answers: ['Forbidden'] },
    { answers: ['Invalid', 'Invalid'] },
  ])('passes other failures on, and that of the second patch ($answers)', async ({ answers }) => {
    const server = ports(answers, widget([], { resourceVersion: '6' }));
    const added = addFinalizer(server, widgets, widget(), 'f');
    await expect(added).rejects.toMatchObject({ name: 'KubeError', reason: answers[0] });
    expect(server.patches).toHaveLength(answers.length);
  });
});

describe('removeFinalizer', () => {
  it('sends nothing if it is not there', async () => {
    await removeFinalizer(ports([]), widgets, widget(['other']), 'f');
  });

  it('removes the item that it has made sure of', async () => {
    const server = ports([widget(['other'])]);
    await removeFinalizer(server, widgets, widget(['other', 'f']), 'f');
    expect(server.patches).toEqual([
      [
        uidTest,
        { op: 'test', path: '/metadata/finalizers/1', value: 'f' },
        { op: 'remove', path: '/metadata/finalizers/1' },
      ],
    ]);
  });

  it('finds the item again where others have moved it', async () => {
    const server = ports(['Invalid', widget([])], widget(['f']));
    await removeFinalizer(server, widgets, widget(['other', 'f']), 'f');
    expect(server.patches[1]?.[2]).toEqual({ op: 'remove', path: '/metadata/finalizers/0' });
  });

  it.each<[string, readonly KubeErrorReason[], Stored | undefined]>([
    ['the object is gone', ['NotFound'], undefined],
    ['the object is gone on the second look', ['Invalid'], undefined],
    ['another object has its name', ['Invalid'], widget(['f'], { uid: 'u2' })],
    ['somebody else has removed it', ['Invalid'], widget(['other'])],
  ])('is done if %s', async (_, answers, current) => {
    await removeFinalizer(ports(answers, current), widgets, widget(['f']), 'f');
  });

  it('fails if the list keeps changing', async () => {
    const server = ports(['Invalid', 'Invalid'], widget(['f']));
    await expect(removeFinalizer(server, widgets, widget(['f']), 'f')).rejects.toMatchObject({
      reason: 'Invalid',
    });
  });
});
