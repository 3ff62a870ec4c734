import {
  availability,
  type Edition,
  findSetting,
  type Neo4jVersion,
  ownerOf,
  settingNames,
} from '../catalogue/index.ts';

/**
 * The setting that was probably meant: the nearest of those that a user may set here, if it is near enough for the letters to have been
 * mistaken.
 */
export function nearestName(
  name: string,
  { version, edition }: { readonly version: Neo4jVersion; readonly edition: Edition },
): string | undefined {
  const limit = Math.max(2, Math.floor(name.length / 6));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of settingNames) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const setting = findSetting(candidate);
    if (setting === undefined || ownerOf(candidate).owner === 'operator') continue;
    if (availability(setting, version, edition).state !== 'available') continue;
    const distance = editDistance(name, candidate);
    if (distance <= limit && (best === undefined || distance < best.distance))
      best = { name: candidate, distance };
  }
  return best?.name;
}

/** How many letters have to be put in, left out, exchanged or swapped with their neighbour (Damerau and Levenshtein, restricted). */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let distance = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
      );
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) distance = Math.min(distance, at(beforeLast, column - 2) + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
