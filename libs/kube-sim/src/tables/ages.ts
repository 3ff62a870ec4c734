// How long ago something was, as kubectl says it.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `5s`, `2m30s`, `3h`, `4d12h`: coarser the longer it is. */
export function humanDuration(ms: number): string {
  const whole = (unit: number): number => Math.floor(ms / unit);
  const two = (big: number, bigName: string, small: number, smallName: string): string => {
    const rest = whole(small) - whole(big) * (big / small);
    return `${whole(big)}${bigName}${rest === 0 ? '' : `${rest}${smallName}`}`;
  };
  if (ms <= -2 * second) return '<invalid>';
  if (ms < 0) return '0s';
  if (ms < 2 * minute) return `${whole(second)}s`;
  if (ms < 10 * minute) return two(minute, 'm', second, 's');
  if (ms < 3 * hour) return `${whole(minute)}m`;
  if (ms < 8 * hour) return two(hour, 'h', minute, 'm');
  if (ms < 2 * day) return `${whole(hour)}h`;
  if (ms < 8 * day) return two(day, 'd', hour, 'h');
  if (ms < 2 * 365 * day) return `${whole(day)}d`;
  if (ms < 8 * 365 * day) return two(365 * day, 'y', day, 'd');
  return `${whole(365 * day)}y`;
}

/** The time since a timestamp, or `<unknown>` if there is none. */
export function ageOf(timestamp: unknown, nowMs: number): string {
  return typeof timestamp === 'string' ? humanDuration(nowMs - Date.parse(timestamp)) : '<unknown>';
}
