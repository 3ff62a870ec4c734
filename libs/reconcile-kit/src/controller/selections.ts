import type { ObjectKey } from '../core/key.ts';
import type { KubeObject } from '../core/object.ts';
import { type Resource, resourceName } from '../core/resource.ts';
import type { Delta, InformerOptions } from '../informer/informer.ts';
import type { ControllerDefinition, SelectedResource } from './definition.ts';
import { ownerKeys, ownKey } from './triggers.ts';

/** Objects that a controller caches, and what their changes lead to. */
export interface Selection {
  readonly resource: Resource;
  readonly labelSelector: string | undefined;
  readonly options: InformerOptions<KubeObject>;
  readonly map: (delta: Delta<KubeObject>) => Iterable<ObjectKey>;
}

/** What the selections of a definition follow from. */
type Looks<T extends KubeObject> = Pick<
  ControllerDefinition<T, unknown, never>,
  'name' | 'resource' | 'indexers' | 'owns' | 'watches'
>;

/**
 * What a definition looks at: the reconciled kind, then the owned and the watched ones. The first of a resource is what its lister shows.
 *
 * @throws TypeError if a resource is selected in two ways: a lister shows one of them, and nobody could tell which
 */
export function selectionsOf<T extends KubeObject>(definition: Looks<T>): readonly Selection[] {
  const { resource, indexers, owns = [], watches = [] } = definition;
  const reconciled = {
    resource,
    options: (indexers === undefined ? {} : { indexers }) as unknown as InformerOptions<KubeObject>,
    map: ownKey,
  };
  const owned = owns.map((each) => ({ ...selected(each), map: ownerKeys(resource) }));
  const all: readonly (SelectedResource & Pick<Selection, 'map'>)[] = [reconciled, ...owned, ...watches];
  return all.map((each) => {
    const alike = all.filter((other) => resourceName(other.resource) === resourceName(each.resource));
    if (alike.some(({ labelSelector }) => labelSelector !== each.labelSelector)) {
      throw new TypeError(
        `controller ${definition.name} selects ${resourceName(each.resource)} by different labels: give all the same labelSelector`,
      );
    }
    const options = each.options ?? alike.find((other) => other.options !== undefined)?.options ?? {};
    return { resource: each.resource, labelSelector: each.labelSelector, options, map: each.map };
  });
}

function selected(owned: Resource | SelectedResource): SelectedResource {
  return 'resource' in owned ? owned : { resource: owned };
}
