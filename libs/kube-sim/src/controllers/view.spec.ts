import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Store } from '../storage/store.ts';
import { StoreView } from './view.ts';

const pods = { group: '', plural: 'pods' };
let store: Store;
let view: StoreView;
beforeEach(() => {
  store = new Store();
  view = new StoreView(store);
  store.subscribe((event) => {
    view.follow(event);
  });
});

function put(name: string, owner?: string, controller = true): void {
  const reference = { apiVersion: 'v1', kind: 'X', name: 'x', uid: owner ?? '', controller };
  const metadata = {
    ...{ name, namespace: 'default', uid: name },
    ...(owner === undefined ? {} : { ownerReferences: [reference] }),
  };
  store.put('/pods', { apiVersion: 'v1', kind: 'Pod', metadata, data: {} }, undefined);
}

const dependents = (uid: string): readonly string[] =>
  view.dependents(uid).map(({ object }) => object.metadata.name);
const loose = (): readonly string[] => view.loosePods('default').map(({ metadata }) => metadata.name);

describe('the view of the controllers', () => {
  it('knows what belongs to what, and which pods nobody controls', () => {
    put('a', 'one');
    put('b', 'one', false);
    put('c');
    expect([dependents('one'), loose(), view.loosePods('other')]).toEqual([['a', 'b'], ['b', 'c'], []]);
    put('a');
    store.remove('/pods', 'default/c');
    expect([dependents('one'), loose().toSorted()]).toEqual([['b'], ['a', 'b']]);
  });

  it('shows the last state of everything, whatever it has shown before', () => {
    const change = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      owner: fc.constantFrom(undefined, 'one', 'two'),
    });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(change, fc.record({ gone: fc.constantFrom('a', 'b', 'c') }))),
        (changes) => {
          store = new Store();
          view = new StoreView(store);
          store.subscribe((event) => {
            view.follow(event);
          });
          const expected = new Map<string, string | undefined>();
          for (const each of changes) {
            if ('gone' in each) {
              store.remove('/pods', `default/${each.gone}`);
              expected.delete(each.gone);
            } else {
              put(each.name, each.owner);
              expected.set(each.name, each.owner);
            }
            const of = (owner: string | undefined): readonly string[] =>
              [...expected].filter(([, other]) => other === owner).map(([name]) => name);
            expect([dependents('one').toSorted(), loose().toSorted()]).toEqual([
              of('one').toSorted(),
              of(undefined).toSorted(),
            ]);
            for (const [name, owner] of expected)
              expect(view.get(pods, 'default', name)?.metadata.ownerReferences?.[0]?.uid).toBe(owner);
            view.endTurn();
          }
        },
      ),
    );
  });
});
