import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SimObject } from '../api/object.ts';
import { controlled, type Controlled, core } from './controlled.spec-helper.ts';

const configMaps = core('default', 'configmaps');

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  await plane.wait(0);
});

function make(name: string, owners: readonly SimObject[] = [], more: object = {}): SimObject {
  const ownerReferences = owners.map(({ apiVersion, kind, metadata: { name, uid } }) => ({
    ...{ apiVersion, kind, name, uid },
    blockOwnerDeletion: true,
  }));
  return plane.ok(`POST ${configMaps}`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ownerReferences, ...more },
  });
}

const names = (): string =>
  (plane.ok(`GET ${configMaps}`)['items'] as SimObject[])
    .map(({ metadata }) => metadata.name)
    .filter((name) => !name.startsWith('kube-'))
    .join(' ');

async function drop(name: string, propagationPolicy?: string): Promise<void> {
  plane.ok(`DELETE ${configMaps}/${name}`, { propagationPolicy });
  await plane.wait(1000);
}

describe('the garbage collector', () => {
  it('deletes what its last owner has left', async () => {
    const [one, two] = [make('one'), make('two')];
    make('both', [one, two]);
    await drop('one');
    expect(names()).toBe('both two');
    await drop('two');
    expect(names()).toBe('');
  });

  it('lets an owner wait for its dependents, and theirs', async () => {
    const one = make('one');
    const two = make('two', [one]);
    make('three', [two], { finalizers: ['example.com/a'] });
    await drop('one', 'Foreground');
    expect(names()).toBe('one three two');
    plane.ok(`PATCH ${configMaps}/three`, { metadata: { finalizers: null } });
    await plane.wait(1000);
    expect(names()).toBe('');
  });

  it('lets those go that own each other', async () => {
    const one = make('one');
    const two = make('two', [one]);
    const three = make('three', [two]);
    const { apiVersion, kind, metadata } = three;
    const owner = { apiVersion, kind, name: 'three', uid: metadata.uid, blockOwnerDeletion: true };
    plane.ok(`PATCH ${configMaps}/one`, { metadata: { ownerReferences: [owner] } });
    await drop('one', 'Foreground');
    expect(names()).toBe('');
  });

  it.each(['a', 'z'])('lets an owner go whose dependent %s has another', async (name) => {
    make(name, [make('one'), make('other')]);
    await drop('one', 'Foreground');
    expect(names()).toBe([name, 'other'].sort().join(' '));
  });

  it('lets an owner go that its dependents have left', async () => {
    make('two', [make('one')], { finalizers: ['example.com/a'] });
    await drop('one', 'Foreground');
    plane.ok(`PATCH ${configMaps}/two`, { metadata: { ownerReferences: null } });
    await plane.wait(1000);
    expect(names()).toBe('two');
  });

  it('frees dependents that are to stay', async () => {
    make('two', [make('one')]);
    await drop('one', 'Orphan');
    expect(names()).toBe('two');
    expect(plane.ok(`GET ${configMaps}/two`).metadata.ownerReferences).toBeUndefined();
  });

  it('takes an owner with another uid, or in another namespace, for none', async () => {
    make('stale', [{ ...make('one'), metadata: { name: 'one', uid: 'before' } }]);
    const elsewhere = plane.ok('POST /api/v1/namespaces/kube-public/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'elsewhere' },
    });
    make('astray', [elsewhere]);
    await plane.wait(1000);
    expect(names()).toBe('one');
  });

  it('leaves alone what belongs to a kind that it does not know', async () => {
    make('one', [{ apiVersion: 'example.com/v1', kind: 'Nothing', metadata: { name: 'a', uid: 'u' } }]);
    await plane.wait(60_000);
    expect(names()).toBe('one');
  });

  it('leaves just what can be reached from what is still there, in whatever way owners go', async () => {
    const policy = fc.constantFrom(undefined, 'Background', 'Foreground');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(7), { maxLength: 2 }), { minLength: 8, maxLength: 8 }),
        fc.array(fc.tuple(fc.nat(7), policy), { maxLength: 4 }),
        async (owners, drops) => {
          plane = controlled();
          await plane.wait(0);
          const made: SimObject[] = [];
          // Owners are older than what they own.
          const ofEach = owners.map((of, index) => [...new Set(of.filter((owner) => owner < index))]);
          for (const [index, of] of ofEach.entries())
            made.push(
              make(
                `c${index}`,
                of.map((owner) => made[owner]).filter((each) => each !== undefined),
              ),
            );
          const dropped = new Set<number>();
          for (const [index, how] of drops) {
            dropped.add(index);
            if (plane.ask(`GET ${configMaps}/c${index}`).status === 200) await drop(`c${index}`, how);
          }
          const left: number[] = [];
          for (const [index, of] of ofEach.entries())
            if (!dropped.has(index) && (of.length === 0 || of.some((owner) => left.includes(owner))))
              left.push(index);
          expect(names()).toBe(left.map((index) => `c${index}`).join(' '));
        },
      ),
      { numRuns: 40 },
    );
  });
});
