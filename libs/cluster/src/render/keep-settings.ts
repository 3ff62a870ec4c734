import {
  type Configuration,
  diffSettings,
  type Edition,
  formatConf,
  parseSize,
  type RestartClass,
  type Settings,
} from '@neo4j-operator/neo4j-admin';

/** What a server that exists is to have, and what it would have after a restart only. */
export interface KeptSettings extends Configuration {
  /** Keys that stay as they are, though they should be otherwise; in alphabetical order. */
  readonly held: readonly string[];
}

/**
 * The settings of a server that must not be restarted: what needs a restart stays as it is, the rest is as wanted. So the pod can die at
 * any time and comes back as it was.
 */
export function keepSettings(wanted: Configuration, current: Settings, edition: Edition): KeptSettings {
  const { changes } = diffSettings(current, wanted.settings, edition);
  const restarting = changes.filter((change) => change.restartClass === 'restart').map(({ key }) => key);
  const merged = new Map(wanted.settings);
  for (const key of restarting) restore(merged, key, current);
  const early = changes.map(({ key }) => key).filter((key) => isBeyondHeap(merged, key));
  for (const key of early) restore(merged, key, current);
  const held = [...restarting, ...early].toSorted();
  if (held.length === 0) return { ...wanted, held };

  const settings = new Map([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const classes = new Map<string, RestartClass>(
    [...settings.keys()].map((key) => [key, wanted.classes.get(key) ?? 'restart']),
  );
  return { settings, text: formatConf(settings), classes, held };
}

function restore(merged: Map<string, readonly string[]>, key: string, current: Settings): void {
  const values = current.get(key);
  if (values === undefined) merged.delete(key);
  else merged.set(key, values);
}

/** Limits of transactions, which live in the heap: what a larger heap allows has to wait for it. */
const transactionLimits: ReadonlySet<string> = new Set([
  'db.memory.transaction.max',
  'db.memory.transaction.total.max',
  'dbms.memory.transaction.total.max',
]);

function isBeyondHeap(settings: Settings, key: string): boolean {
  if (!transactionLimits.has(key)) return false;
  const sizeOf = (name: string) => parseSize(settings.get(name)?.[0] ?? '') ?? 0;
  return sizeOf(key) > sizeOf('server.memory.heap.max_size');
}
