/** Epoch milliseconds as the API's MicroTime: RFC 3339 in UTC with six digits of the second, of which three are known. */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
