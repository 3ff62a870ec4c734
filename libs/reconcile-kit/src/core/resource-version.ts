/**
 * Orders two resource versions: negative if `a` is older, 0 if equal, positive if newer.
 *
 * They are decimal numbers of any length without leading zeros and are compared as such: the longer is newer, else
 * the text decides. The API guarantees this order between versions of one resource type (KEP-5504).
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
