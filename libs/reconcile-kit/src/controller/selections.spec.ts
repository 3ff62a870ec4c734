import { describe, expect, it } from '@jest/globals';
import { type OwnedSource, ownedSource, watchSource } from './definition.ts';
import { selectionsOf } from './selections.ts';
import { type Part, parts, widgetDefinition, widgets } from './widgets.spec-helper.ts';

describe('selectionsOf', () => {
  const map = (): [] => [];
  const definition = { name: 'widget', resource: widgets };
  const indexers = { size: ({ size }: Part) => [String(size)] };
  const indexed = ownedSource<Part>({ resource: parts, options: { indexers } });

  it('are the reconciled kind with its indexes, the owned and the watched ones', () => {
    const bySize = { size: () => [] };
    const watch = { resource: { ...parts, plural: 'others' }, labelSelector: 'a=b', map };
    const selections = selectionsOf({ ...definition, indexers: bySize, owns: [parts], watches: [watch] });
    expect(
      selections.map(({ resource, labelSelector, options }) => [resource.plural, labelSelector, options]),
    ).toEqual([
      ['widgets', undefined, { indexers: bySize }],
      ['parts', undefined, {}],
      ['others', 'a=b', {}],
    ]);
  });

  it('take a resource that is owned and watched in the form that one of the two asks for', () => {
    const watch = { resource: parts, map };
    for (const more of [
      { owns: [indexed], watches: [watch] },
      { owns: [parts], watches: [{ ...watch, ...indexed }] },
    ]) {
      const [, owned, watched] = selectionsOf({ ...definition, ...more });
      expect([owned?.options.indexers, watched?.options.indexers]).toEqual([indexers, indexers]);
    }
  });

  it('leave the reconciled kind in its form, whatever it is watched in', () => {
    const watch = { resource: widgets, options: { metadataOnly: true }, map };
    const [reconciled, watched] = selectionsOf({ ...definition, watches: [watch] });
    expect([reconciled?.options, watched?.options]).toEqual([{}, { metadataOnly: true }]);
  });

  it.each<readonly [string, { owns?: readonly OwnedSource[]; watches: readonly OwnedSource[] }]>([
    [
      'an owned and a watched resource',
      { owns: [{ resource: parts }], watches: [{ resource: parts, labelSelector: 'a=b' }] },
    ],
    ['two watches', { watches: ['a=b', 'a=c'].map((labelSelector) => ({ resource: parts, labelSelector })) }],
    ['the reconciled kind', { watches: [{ resource: widgets, labelSelector: 'a=b' }] }],
  ])('cannot select by different labels: %s', (_, { owns = [], watches }) => {
    const define = (): unknown =>
      widgetDefinition({ owns, watches: watches.map((each) => watchSource({ ...each, map })) });
    expect(define).toThrow(TypeError);
    expect(define).toThrow(/controller widget selects (parts|widgets)\.example\.com by different labels/);
  });
});
