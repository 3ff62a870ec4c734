// Whether a value is a history at all: one that went through JSON is none.

/** What is wrong with it, with its place and what to do; undefined if it can be read. */
export function historyError(value: unknown): string | undefined {
  const pools = isRecord(value) ? value['pools'] : undefined;
  if (!isRecord(value) || !isRecord(pools)) return 'it is no history: begin with emptyHistory()';
  if (value['version'] !== 1) return 'its version is not 1: read it with decodeHistory';
  for (const [name, pool] of Object.entries(pools)) {
    const wrong = pool === undefined ? undefined : wrongField(pool);
    if (wrong !== undefined)
      return `pools.${name}.${wrong} is not what it was: keep a history as the bytes of encodeHistory, since JSON loses a part of it`;
  }
  return undefined;
}

function wrongField(pool: unknown): string | undefined {
  if (!isRecord(pool)) return 'raw';
  const { raw, demand } = pool;
  const list = ['recommendations', 'events', 'joins', 'demand'].find((field) => !Array.isArray(pool[field]));
  if (list !== undefined) return list;
  if (!isRecord(raw) || !Array.isArray(raw['names'])) return 'raw';
  if (!ArrayBuffer.isView(raw['times']) || !ArrayBuffer.isView(raw['values'])) return 'raw';
  return (demand as readonly unknown[]).every(isDemand) ? undefined : 'demand';
}

function isDemand(value: unknown): boolean {
  const series = isRecord(value) ? value['series'] : undefined;
  return isRecord(series) && ArrayBuffer.isView(series['values']);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
