// Horizons that something was learned at, and those between them.

/** Between which knots a horizon lies, and how far towards the upper one. */
export function between(
  knots: readonly number[],
  horizon: number,
): { readonly lower: number; readonly upper: number; readonly share: number } {
  let lower = 0;
  while (lower + 1 < knots.length && (knots[lower + 1] ?? 0) <= horizon) lower++;
  const upper = Math.min(lower + 1, knots.length - 1);
  const from = knots[lower] ?? 0;
  const to = knots[upper] ?? 0;
  const share = to > from ? Math.min(1, Math.max(0, (horizon - from) / (to - from))) : 0;
  return { lower, upper, share };
}
