import { createHash } from 'node:crypto';
import { canonical } from '@neo4j-operator/reconcile-kit';

/** Sixteen hexadecimal digits that stand for a value, whatever the order of its keys. */
export function hashOf(value: object): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex')
    .slice(0, 16);
}

/** Hashes of the parts of something, by the name of the part: by them is seen not only that it has changed, but what of it. */
export type PartHashes<Part extends string> = ReadonlyMap<Part, string>;

/** The hashes of some parts. */
export function hashParts<Part extends string>(parts: Readonly<Record<Part, object>>): PartHashes<Part> {
  const names = Object.keys(parts).toSorted() as Part[];
  return new Map(names.map((name) => [name, hashOf(parts[name])]));
}

/** Hashes as the value of an annotation. */
export function formatParts(hashes: ReadonlyMap<string, string>): string {
  return [...hashes].map(([part, hash]) => `${part}=${hash}`).join(',');
}

/** Reads what {@link formatParts} has written; undefined if there is nothing of that form. */
export function parseParts(text: string | undefined): ReadonlyMap<string, string> | undefined {
  const parts = text?.split(',').map((part) => /^([a-zA-Z]+)=([0-9a-f]{16})$/.exec(part));
  if (parts === undefined || parts.includes(null)) return undefined;
  return new Map(parts.map((part) => [part?.[1] ?? '', part?.[2] ?? '']));
}
