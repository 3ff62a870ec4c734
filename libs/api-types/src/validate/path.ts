// Field paths as Kubernetes writes them.

/** The path of a field with a fixed name. */
export function fieldOf(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

/** The path of a list's item, by position, or of a map's entry, by key. */
export function elementOf(parent: string, key: number | string): string {
  return `${parent}[${String(key)}]`;
}
