import { describe, expect, it } from '@jest/globals';
import type { ManagedFieldsEntry } from '../api/object.ts';
import { builtin, owners, updated, widget } from './apply.spec-helper.ts';

const configMap = builtin('ConfigMap', false);
const service = builtin('Service');

describe('updateManagedFields', () => {
  it('gives what is created to its creator', () => {
    const object = updated(configMap, undefined, { data: { b: '1', a: '2' } }, { nowMs: 1000 });
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'u',
        operation: 'Update',
        apiVersion: 'v1',
        time: '1970-01-01T00:00:01Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } },
      },
    ]);
    expect(JSON.stringify(object)).toContain('{"f:data":{".":{},"f:a":{},"f:b":{}}}');
  });

  it('owns neither what identifies an object nor what its type always has', () => {
    const spec = { ports: [{ port: 80, protocol: 'TCP' }], type: 'ClusterIP' };
    const status = { loadBalancer: {} };
    expect(
      owners(updated(service, undefined, { spec, status, metadata: { namespace: 'n', uid: 'u' } })),
    ).toEqual([
      'u updates .spec.ports .spec.ports[port=80,protocol="TCP"] .spec.ports[port=80,protocol="TCP"].port ' +
        '.spec.ports[port=80,protocol="TCP"].protocol .spec.type',
    ]);
  });

  it('owns no list that its type always has, however deep', () => {
    const spec = { containers: [{ name: 'c', resources: {} }], tolerations: [{ key: 'k' }] };
    expect(owners(updated(builtin('Pod'), undefined, { spec }))).toEqual([
      'u updates .spec.containers[name="c"] .spec.containers[name="c"].name .spec.containers[name="c"].resources ' +
        '.spec.tolerations',
    ]);
  });

  it('owns every level of a custom resource that is new', () => {
    const spec = {
      whole: { x: '1' },
      list: ['1'],
      set: ['b<', 'a'],
      items: [{ name: 'x', value: '1' }],
      open: { p: { q: [1] } },
      map: {},
    };
    expect(owners(updated(widget, undefined, { spec, status: { phase: 'x' } }))).toEqual([
      'u updates .spec .spec.items .spec.items[name="x",port=80] .spec.items[name="x",port=80].name ' +
        '.spec.items[name="x",port=80].value .spec.list .spec.map .spec.open .spec.open.p .spec.open.p.q .spec.set ' +
        '.spec.set[="a"] .spec.set[="b\\u003c"] .spec.whole',
    ]);
  });

  it('takes changed and removed fields away from others', () => {
    const first = updated(configMap, undefined, { data: { a: '1', b: '1', c: '1' } }, { manager: 'x' });
    const second = updated(configMap, first, { data: { a: '1', b: '2', d: '1' } }, { manager: 'y' });
    expect(owners(second)).toEqual(['x updates .data .data.a', 'y updates .data.b .data.d']);
  });

  it('leaves out who owns nothing any more', () => {
    const first = updated(configMap, undefined, { data: { a: '1' } }, { manager: 'x' });
    const second = updated(configMap, first, { binaryData: { a: '1' } }, { manager: 'y' });
    expect(owners(second)).toEqual(['y updates .binaryData .binaryData.a']);
  });

  it('keeps times and entries of a request that changes nothing', () => {
    const first = updated(configMap, undefined, { data: { a: '1' } }, { manager: 'x' });
    const second = updated(configMap, first, { data: { a: '1' } }, { manager: 'y', nowMs: 9000 });
    expect(second).toEqual(first);
  });

  it('adds to what the same manager owns, and renews its time', () => {
    const first = updated(configMap, undefined, { data: { a: '1' } });
    const { metadata } = updated(configMap, first, { data: { a: '1', b: '1' } }, { nowMs: 5000 });
    expect(metadata.managedFields).toMatchObject([{ time: '1970-01-01T00:00:05Z' }]);
    expect(metadata.managedFields?.[0]?.fieldsV1).toEqual({ 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } });
  });

  it('tells a status from the rest', () => {
    const first = updated(widget, undefined, { spec: { a: '1' }, status: { phase: '1' } });
    const second = updated(
      widget,
      first,
      { spec: { a: '2' }, metadata: { labels: { x: '1' } }, status: { phase: '2' } },
      { subresource: 'status' },
    );
    expect(owners(first)).toEqual(['u updates .spec .spec.a']);
    expect(owners(second)).toEqual(['u updates .spec .spec.a', 'u/status updates .status.phase']);
  });

  const scalable: typeof widget = {
    ...widget,
    subresources: { status: true, scale: { specReplicas: 'spec.n', statusReplicas: 'status.n' } },
  };

  it('gives what a scale changes no time', () => {
    const first = updated(scalable, undefined, { spec: { n: 1, a: '1' } }, { nowMs: 1000 });
    const second = updated(
      scalable,
      first,
      { spec: { n: 2, a: '1' } },
      { manager: 's', subresource: 'scale' },
    );
    expect(owners(second)).toEqual(['s/scale updates .spec.n', 'u updates .spec .spec.a']);
    expect(second.metadata.managedFields?.[0]).not.toHaveProperty('time');
  });

  it('takes the time from who owns the number of a scale that changes nothing, and loses them at the next', () => {
    const spec = { n: 0, a: '1' };
    const first = updated(scalable, undefined, { spec });
    const second = updated(scalable, first, { spec }, { manager: 's', subresource: 'scale' });
    expect(owners(second)).toEqual(['u updates .spec.n', 'u updates .spec .spec.a']);
    expect(second.metadata.managedFields?.[0]).not.toHaveProperty('time');
    const third = updated(scalable, second, { spec }, { manager: 's', subresource: 'scale' });
    expect(owners(third)).toEqual(['u updates .spec .spec.a']);
  });

  it.each([
    [{ n: 1, a: '1' }, 0],
    [{ a: '1' }, 2],
  ])('lets nobody own what of %j becomes %d by a scale', (spec, n) => {
    const first = updated(scalable, undefined, { spec });
    const second = updated(scalable, first, { spec: { ...spec, n } }, { manager: 's', subresource: 'scale' });
    expect(owners(second)).toEqual(['u updates .spec .spec.a']);
  });

  it.each([[[{}] as unknown as ManagedFieldsEntry[]], [[]]])(
    'forgets all owners if %j is sent',
    (managedFields) => {
      const first = updated(configMap, undefined, { data: { a: '1' } });
      const second = updated(configMap, first, { data: { a: '2' }, metadata: { managedFields } });
      expect(second.metadata).toEqual({ name: 'o' });
      expect(updated(configMap, second, { data: { a: '3' } }).metadata).toEqual({ name: 'o' });
    },
  );

  it('takes the entries that are sent, unless they make no sense', () => {
    const first = updated(configMap, undefined, { data: { a: '1' } });
    const entry: ManagedFieldsEntry = {
      manager: 'z',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} } },
    };
    const send = (managedFields: unknown[]): readonly string[] =>
      owners(
        updated(configMap, first, {
          data: { a: '1' },
          metadata: { managedFields: managedFields as ManagedFieldsEntry[] },
        }),
      );
    expect(send([entry])).toEqual(['z applies .data.a']);
    expect(send([{ ...entry, fieldsType: 'x' }])).toEqual(owners(first));
    expect(send([{ ...entry, operation: 'x' }])).toEqual(owners(first));
  });

  it('puts appliers first, then the oldest, then by name', () => {
    const one = (manager: string, operation: 'Apply' | 'Update', time: number): ManagedFieldsEntry => ({
      manager,
      operation,
      apiVersion: 'v1',
      time: `1970-01-01T00:00:0${time}Z`,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} } },
    });
    const managedFields = [
      one('a', 'Update', 2),
      one('c', 'Update', 1),
      one('b', 'Update', 1),
      one('z', 'Apply', 3),
    ];
    const first = updated(configMap, undefined, { data: { a: '1' } });
    const { metadata } = updated(configMap, first, { data: { a: '1', b: '1' }, metadata: { managedFields } });
    expect(metadata.managedFields?.map(({ manager }) => manager)).toEqual(['z', 'u', 'b', 'c', 'a']);
  });

  it('puts the oldest of more than ten updates together', () => {
    let object = updated(configMap, undefined, { data: { k0: '1' } }, { manager: 'm0' });
    for (let n = 1; n < 12; n += 1) {
      const data = { ...(object['data'] as object), [`k${n}`]: '1' };
      object = updated(configMap, object, { data }, { manager: `m${n}`, nowMs: n * 1000 });
    }
    expect(object.metadata.managedFields).toHaveLength(10);
    expect(owners(object)[0]).toBe('ancient-changes updates .data .data.k0 .data.k1 .data.k2');
    expect(object.metadata.managedFields?.[0]?.time).toBe('1970-01-01T00:00:02Z');
  });
});
