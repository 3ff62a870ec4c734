// Durations as users write them, in milliseconds as the engine reads them.

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Longest duration that is understood, in milliseconds: ten years. */
const LONGEST = 3_650 * 86_400_000;

/**
 * Reads `90s`, `5m`, `1h30m`, `1.5h`, `7d` or a number of seconds (also as text).
 *
 * @returns whole milliseconds, or undefined for anything else: negative, not finite, unknown or repeated units, longer than ten years.
 */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return checked(value * 1_000);
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return checked(Number(text) * 1_000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const seen = new Set<string>();
  let total = 0;
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    const milliseconds = MS_PER_UNIT[unit];
    if (milliseconds === undefined || seen.has(unit)) return undefined;
    seen.add(unit);
    total += Number(number) * milliseconds;
  }
  return checked(total);
}

/** The shortest text that {@link parseDuration} reads as the same, for messages. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  let rest = milliseconds;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = MS_PER_UNIT[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

function checked(milliseconds: number): number | undefined {
  const whole = Math.round(milliseconds);
  return whole >= 0 && whole <= LONGEST ? whole : undefined;
}
