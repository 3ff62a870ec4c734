import { isDeepStrictEqual } from 'node:util';

/**
 * Lists whose items the API server merges by key (`x-kubernetes-list-map-keys` in its OpenAPI document), so that others may add items of
 * their own. `within` names the enclosing field where the list's name alone does not tell: a NetworkPolicy has `ports` too, but there
 * the whole list is one value, and an item that somebody added is drift.
 */
const mergedLists: readonly {
  readonly field: string;
  readonly within?: readonly string[];
  readonly keys: readonly string[];
}[] = [
  { field: 'containers', keys: ['name'] },
  { field: 'initContainers', keys: ['name'] },
  { field: 'volumes', keys: ['name'] },
  { field: 'env', keys: ['name'] },
  { field: 'imagePullSecrets', keys: ['name'] },
  { field: 'volumeMounts', keys: ['mountPath'] },
  { field: 'volumeDevices', keys: ['devicePath'] },
  { field: 'hostAliases', keys: ['ip'] },
  { field: 'topologySpreadConstraints', keys: ['topologyKey', 'whenUnsatisfiable'] },
  { field: 'ports', within: ['containers', 'initContainers'], keys: ['containerPort', 'protocol'] },
  { field: 'ports', within: ['spec'], keys: ['port', 'protocol'] },
  { field: 'ownerReferences', within: ['metadata'], keys: ['uid'] },
  { field: 'conditions', within: ['status'], keys: ['type'] },
];

/** What the server fills in when a key field is left out. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/**
 * Does the object on the server already hold everything that an apply of `desired` would set?
 *
 * - Objects: every field of `desired` is there and holds its value. Further fields are defaults of the server or belong to others.
 * - Lists that the server merges: every item of `desired` is there under its key. Further items belong to others.
 * - `metadata.finalizers`: a set that others add to; ours must be among them.
 * - All other lists have one owner: as many items, each at its place. An item may hold further fields (defaults), a scalar must be equal.
 *
 * A list that is merged but not known here only costs an apply that changes nothing; the opposite mistake would hide drift.
 */
export function contains(live: unknown, desired: unknown): boolean {
  return containsAt(live, desired, { field: '', within: '' });
}

interface Place {
  readonly field: string;
  /** The field around it; for items of a list the list's. */
  readonly within: string;
}

function containsAt(live: unknown, desired: unknown, place: Place): boolean {
  if (Array.isArray(desired)) return Array.isArray(live) && containsItems(live, desired, place);
  if (!isObject(desired)) return Object.is(live, desired);
  if (!isObject(live)) return false;
  return Object.entries(desired).every(([field, value]) =>
    containsAt(live[field], value, { field, within: place.field }),
  );
}

function containsItems(live: readonly unknown[], desired: readonly unknown[], place: Place): boolean {
  if (place.field === 'finalizers' && place.within === 'metadata') {
    return desired.every((finalizer) => live.includes(finalizer));
  }
  const keys = mergedLists.find(
    ({ field, within }) => field === place.field && (within?.includes(place.within) ?? true),
  )?.keys;
  if (keys !== undefined) {
    return desired.every((item) => {
      const key = keyOfItem(item, keys);
      return live.some(
        (other) => isDeepStrictEqual(keyOfItem(other, keys), key) && containsAt(other, item, place),
      );
    });
  }
  return (
    live.length === desired.length && desired.every((item, index) => containsAt(live[index], item, place))
  );
}

function keyOfItem(item: unknown, keys: readonly string[]): readonly unknown[] {
  return keys.map((key) => (isObject(item) ? item[key] : undefined) ?? keyDefaults[key]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
