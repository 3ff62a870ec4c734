// On its own, for the preload module.

/** Names, in lower case and without a dot at their end, to addresses. A Service without any address has an empty list. */
export type NameTable = Readonly<Record<string, readonly string[]>>;

/**
 * Looks a name up.
 *
 * @returns undefined if it is none of the cluster's and others have to be asked; an empty list if the cluster does not know it
 */
export function resolveName(
  table: NameTable,
  clusterDomain: string,
  name: string,
): readonly string[] | undefined {
  const plain = name.toLowerCase().replace(/\.$/, '');
  const full = plain.endsWith('.svc') ? `${plain}.${clusterDomain}` : plain;
  return full.endsWith(`.svc.${clusterDomain}`) ? (table[full] ?? []) : undefined;
}
