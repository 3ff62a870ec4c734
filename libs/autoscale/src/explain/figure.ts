/** A number as people read it: `1,260`, `61`, `0.25`. At most three digits that matter, all of the whole part. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const size = Math.abs(value);
  if (size >= 1e15) return value.toExponential(2);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const [whole = '0', fraction = ''] = size.toFixed(decimals).split('.');
  const trimmed = fraction.replace(/0+$/, '');
  const digits = `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${trimmed === '' ? '' : `.${trimmed}`}`;
  return value < 0 && digits !== '0' ? `-${digits}` : digits;
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and 2 more`; in the order of the names, whatever order they come in. */
export function listed(names: readonly string[]): string {
  const sorted = names.toSorted();
  const shown = sorted.slice(0, 3);
  const rest = sorted.length - shown.length;
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = parts.at(-1) ?? '';
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last;
}

/** A duration in milliseconds as people say it: `45 s`, `12 min`, `3.5 h`, `2 d`. */
export function spanOf(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (!(Math.abs(seconds) >= 60)) return `${figure(seconds)} s`;
  const minutes = seconds / 60;
  if (Math.abs(minutes) < 60) return `${figure(minutes)} min`;
  const hours = minutes / 60;
  return Math.abs(hours) < 48 ? `${figure(hours)} h` : `${figure(hours / 24)} d`;
}
