/** The value if it is one of those known, else `unknown`: a later version may say something new, which must not look like any of them. */
export function known<T extends string>(values: readonly T[], value: string | undefined): T | 'unknown' {
  return values.find((entry) => entry === value) ?? 'unknown';
}
