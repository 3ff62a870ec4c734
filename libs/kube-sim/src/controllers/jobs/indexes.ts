// Sets of completion indexes as the status of a Job writes them: `1,3-5,7`.

/** Reads them; what is not below `completions` is left out. */
export function parseIndexes(text: string | undefined, completions: number): ReadonlySet<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === '') continue;
    for (let index = Number(first); index <= Number(last) && index < completions; index++) indexes.add(index);
  }
  return indexes;
}

/** Writes them, three and more in a row as an interval. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const intervals: { readonly first: number; last: number }[] = [];
  for (const index of [...indexes].sort((one, other) => one - other)) {
    const interval = intervals.at(-1);
    if (interval?.last === index - 1) interval.last = index;
    else intervals.push({ first: index, last: index });
  }
  return intervals
    .map(({ first, last }) => {
      if (first === last) return String(first);
      return `${first}${last === first + 1 ? ',' : '-'}${last}`;
    })
    .join();
}
