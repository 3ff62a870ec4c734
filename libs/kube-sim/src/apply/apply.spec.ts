import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApiFailure } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import { applied, builtin, type Content, owners, type Sent, updated, widget } from './apply.spec-helper.ts';
import type { OwnedResource } from './ownership.ts';

const configMap = builtin('ConfigMap', false);
const service = builtin('Service');
const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

function refusal(
  definition: OwnedResource,
  live: SimObject | undefined,
  content: Content,
  sent: Sent = {},
): ApiFailure['status'] {
  try {
    applied(definition, live, content, sent);
  } catch (error) {
    if (error instanceof ApiFailure) return error.status;
    throw error;
  }
  throw new Error('it was applied');
}

const spec = ({ spec }: SimObject): unknown => spec;

describe('applyPatch', () => {
  it('creates, and owns leaves only', () => {
    const object = applied(configMap, undefined, {
      data: { y: '1', x: '1' },
      metadata: { labels: { l: '1' } },
    });
    expect(object['data']).toEqual({ x: '1', y: '1' });
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'm',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '1970-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:x': {}, 'f:y': {} }, 'f:metadata': { 'f:labels': { 'f:l': {} } } },
      },
    ]);
  });

  it('removes what is no longer applied', () => {
    const first = applied(widget, undefined, {
      spec: {
        a: '1',
        map: { x: '1', y: '1' },
        set: ['p', 'q'],
        items: [{ name: 'i' }, { name: 'j' }],
        open: { z: 1 },
      },
    });
    const second = applied(widget, first, { spec: { map: { y: '1' }, set: ['q'], items: [{ name: 'j' }] } });
    expect(spec(second)).toEqual({ map: { y: '1' }, set: ['q'], items: [{ name: 'j' }] });
    expect(spec(applied(widget, second, {}))).toBeUndefined();
  });

  it('keeps what others own', () => {
    const first = applied(widget, undefined, { spec: { a: '1', map: { x: '1', y: '1' } } });
    const second = applied(widget, first, { spec: { map: { y: '1' } } }, { manager: 'n' });
    const third = applied(widget, second, {});
    expect(spec(third)).toEqual({ map: { y: '1' } });
    expect(owners(third)).toEqual(['n applies .spec.map.y']);
  });

  it('keeps what was added to an item that it lets go of', () => {
    const first = applied(widget, undefined, { spec: { items: [{ name: 'i', value: '1' }] } });
    const items = [
      { name: 'i', port: 80, value: '1' },
      { name: 'k', port: 80 },
    ];
    const second = updated(widget, first, { spec: { items } });
    const third = applied(widget, second, { spec: { items: [] } });
    expect(spec(third)).toEqual({ items: [{ name: 'k', port: 80 }] });
  });

  it('merges nested maps, and replaces what is atomic', () => {
    const first = updated(widget, undefined, {
      spec: { nested: { p: { x: '1' } }, whole: { x: '1' }, list: ['1', '2'] },
    });
    const second = applied(
      widget,
      first,
      { spec: { nested: { p: { y: '2' } }, whole: { y: '1' }, list: ['3'] } },
      { force: true },
    );
    expect(spec(second)).toEqual({ nested: { p: { x: '1', y: '2' } }, whole: { y: '1' }, list: ['3'] });
  });

  it.each<[string[], string[], string[]]>([
    [
      ['a', 'b', 'c'],
      ['c', 'd'],
      ['a', 'b', 'c', 'd'],
    ],
    [
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'a'],
    ],
    [
      ['a', 'b', 'c', 'd'],
      ['d', 'b'],
      ['a', 'c', 'd', 'b'],
    ],
    [['a'], ['z', 'a'], ['z', 'a']],
    [[], ['b', 'a'], ['b', 'a']],
  ])('merges %j with %j in order to %j', (live, patch, set) => {
    const first = updated(widget, undefined, { spec: { set: live } });
    expect(spec(applied(widget, first, { spec: { set: patch } }))).toEqual({ set });
  });

  it('refuses to change what another applier owns', () => {
    const live = applied(configMap, undefined, { data: { x: '1' } });
    expect(refusal(configMap, live, { data: { x: '2' } }, { manager: 'n' })).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Apply failed with 1 conflict: conflict with "m": .data.x',
      reason: 'Conflict',
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "m"', field: '.data.x' }],
      },
      code: 409,
    });
  });

  it('lists the conflicts of each manager', () => {
    const first = updated(configMap, undefined, { data: { x: '1', y: '1' } }, { manager: 'kubectl' });
    const live = applied(configMap, first, { metadata: { labels: { l: '1' } } });
    const content = { data: { x: '2', y: '2' }, metadata: { labels: { l: '2' } } };
    const { message, details } = refusal(configMap, live, content, { manager: 'n' });
    expect(message).toBe(
      'Apply failed with 3 conflicts: conflicts with "kubectl" using v1:\n- .data.x\n- .data.y\n' +
        'conflicts with "m":\n- .metadata.labels.l',
    );
    expect(details?.causes).toHaveLength(3);
  });

  it('takes over by force', () => {
    const live = applied(configMap, undefined, { data: { x: '1', y: '1' } });
    const object = applied(configMap, live, { data: { x: '2' } }, { manager: 'n', force: true });
    expect(object['data']).toEqual({ x: '2', y: '1' });
    expect(owners(object)).toEqual(['m applies .data.y', 'n applies .data.x']);
  });

  it('shares what is already as it is applied, without a time', () => {
    const live = applied(configMap, undefined, { data: { x: '1', y: '1' } }, { nowMs: 1000 });
    const object = applied(configMap, live, { data: { x: '1' } }, { manager: 'n', nowMs: 5000 });
    expect(owners(object)).toEqual(['n applies .data.x', 'm applies .data.x .data.y']);
    expect(object.metadata.managedFields?.[0]).not.toHaveProperty('time');
  });

  it('tells applies from updates of the same manager', () => {
    const first = updated(configMap, undefined, { data: { x: '1' } }, { manager: 'm' });
    const object = applied(configMap, first, { data: { x: '1' } });
    expect(owners(object)).toEqual(['m applies .data.x', 'm updates .data .data.x']);
  });

  it('gives what nobody owned to a manager of its own', () => {
    const live = { ...updated(configMap, undefined, { data: { x: '1', y: '1' } }), metadata: { name: 'o' } };
    const object = applied(configMap, live, { data: { x: '1' } });
    expect(owners(object)).toEqual(['m applies .data.x', 'before-first-apply updates .data .data.x .data.y']);
  });

  it('changes nothing but status through the status', () => {
    const first = applied(widget, undefined, { spec: { a: '1' }, status: { phase: '1' } });
    const second = applied(
      widget,
      first,
      { spec: { a: '1' }, status: { phase: '2' } },
      { subresource: 'status' },
    );
    expect(owners(first)).toEqual(['m applies .spec.a']);
    expect(owners(second)).toEqual(['m applies .spec.a', 'm/status applies .status.phase']);
  });

  describe('after a client-side apply', () => {
    const configuration = (data: Record<string, string>): string =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'o' }, data });
    const live = updated(
      configMap,
      undefined,
      {
        data: { x: '1', y: 'changed' },
        metadata: { annotations: { [annotation]: configuration({ x: '1', y: '1' }) } },
      },
      { manager: 'kubectl-client-side-apply' },
    );

    it('lets kubectl take over what has not changed since, and keeps the annotation up to date', () => {
      const object = applied(configMap, live, { data: { x: '<2>' } }, { manager: 'kubectl' });
      expect(object['data']).toEqual({ x: '<2>', y: 'changed' });
      expect(object.metadata.annotations?.[annotation]).toBe(
        '{"apiVersion":"v1","data":{"x":"\\u003c2\\u003e"},"kind":"ConfigMap","metadata":{"name":"o"}}\n',
      );
    });

    it('refuses the rest, and everybody else', () => {
      const message =
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.';
      const content = { data: { x: '2', y: '2' } };
      expect(refusal(configMap, live, content, { manager: 'kubectl' }).message).toBe(`${message}y`);
      expect(refusal(configMap, live, { data: { x: '2' } }, { manager: 'n' }).message).toBe(`${message}x`);
    });
  });

  it.each<[number, string, OwnedResource, Content]>([
    [400, 'metadata.managedFields must be nil', configMap, { metadata: { managedFields: [] } }],
    [400, 'invalid object type: apps/v1, Kind=ConfigMap', configMap, { apiVersion: 'apps/v1' }],
    [400, 'invalid object type: /v1, Kind=Pod', configMap, { kind: 'Pod' }],
    [
      500,
      '(n/o; /v1, Kind=ConfigMap): .dat: field not declared in schema',
      configMap,
      { dat: {}, metadata: { namespace: 'n' } },
    ],
    [
      500,
      '(/o; e.io/v1, Kind=Widget): .spec.n: expected numeric (int or float), got string',
      widget,
      { spec: { n: 'x' } },
    ],
    [500, '.data.x: expected string, got &value.valueUnstructured{Value:1}', configMap, { data: { x: 1 } }],
    [
      500,
      'errors:\n  .data.x: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"y":1}}\n' +
        '  .data.z: expected string, got &value.valueUnstructured{Value:[]interface {}{1}}\n  .immutable: expected boolean, got &{x}',
      configMap,
      { data: { x: { y: 1 }, z: [1] }, immutable: 'x' },
    ],
    [500, '.data: expected map, got &{x}', configMap, { data: 'x' }],
    [500, '.spec.list: expected list, got &{map[a:1]}', widget, { spec: { list: { a: 1 } } }],
    [
      500,
      '.spec.ports: duplicate entries for key [port=1,protocol="TCP"]',
      service,
      { spec: { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] } },
    ],
    [
      500,
      ".spec.set: element 0: associative list without keys has an element that's an explicit null",
      widget,
      { spec: { set: [null] } },
    ],
    [
      500,
      '.spec.items: element 0: associative list with keys may not have non-map elements',
      widget,
      { spec: { items: [3] } },
    ],
  ])('answers %i %j', (code, message, definition, content) => {
    const status = refusal(definition, undefined, content);
    expect(status.code).toBe(code);
    expect(status.message.endsWith(message)).toBe(true);
  });

  it('wants to know who applies', () => {
    expect(refusal(configMap, undefined, {}, { manager: '' })).toMatchObject({
      code: 422,
      message:
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    });
  });

  describe('obeys the law that', () => {
    const word = fc.constantFrom('1', '2', '3');
    // Empty parts obey no such laws on the real server either: it does not own an empty list, and so forgets it.
    const words = fc.dictionary(fc.constantFrom('x', 'y', 'z'), word, { noNullPrototype: true, minKeys: 1 });
    const part = (names: readonly string[]): fc.Arbitrary<Content> =>
      fc.record({
        spec: fc.record(
          {
            map: words.map((map) =>
              Object.fromEntries(Object.entries(map).map(([k, v]) => [`${names[0] ?? ''}${k}`, v])),
            ),
            set: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
            items: fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value: word }), {
              selector: ({ name }) => name,
              minLength: 1,
            }),
          },
          { requiredKeys: [] },
        ),
      });
    const live = fc
      .option(part(['l', 'k']), { nil: undefined })
      .map((content) => content && updated(widget, undefined, content));
    /** What a JSON reader sees, with lists that have keys in one order. */
    const seen = (object: SimObject): unknown => {
      // What is left of an empty part is null, which the server refuses later.
      const { map, set, items } = (object['spec'] ?? {}) as Record<string, unknown[] | null | undefined>;
      return {
        map: map ?? {},
        set: [...(set ?? [])].sort(),
        items: (items ?? []).map((item) => JSON.stringify(item)).sort(),
      };
    };

    it('an apply repeated changes nothing', () => {
      fc.assert(
        fc.property(live, part(['a', 'b']), (before, content) => {
          const once = applied(widget, before, content);
          expect(applied(widget, once, content, { nowMs: 9000 })).toEqual(once);
        }),
      );
    });

    it('applies of different fields may come in any order', () => {
      fc.assert(
        fc.property(live, part(['a', 'b']), part(['c', 'd']), (before, one, other) => {
          const first = applied(widget, applied(widget, before, one), other, { manager: 'n' });
          const second = applied(widget, applied(widget, before, other, { manager: 'n' }), one);
          expect(seen(first)).toEqual(seen(second));
          expect([...owners(first)].sort()).toEqual([...owners(second)].sort());
        }),
      );
    });

    it('what is applied and let go of leaves no trace', () => {
      fc.assert(
        fc.property(part(['l', 'k']), part(['a', 'b']), (content, other) => {
          const before = updated(widget, undefined, content);
          const after = applied(widget, applied(widget, before, other), {});
          expect(seen(after)).toEqual(seen(before));
          expect(owners(after)).toEqual(owners(before));
        }),
      );
    });
  });
});
