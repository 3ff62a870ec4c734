/** A time as the API writes it: RFC 3339 in UTC, to the second. */
export function rfc3339(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
