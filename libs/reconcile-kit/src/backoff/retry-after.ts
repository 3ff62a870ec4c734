const imfFixdate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds (RFC 9110, section 10.2.3). Its value is a number of
 * seconds or a date, which is taken in the one form that senders may produce (IMF-fixdate).
 *
 * @param nowMs - wall-clock time in epoch milliseconds, for dates; one that has passed means no wait
 * @returns undefined when there is no header or it says nothing that can be understood
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!imfFixdate.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
