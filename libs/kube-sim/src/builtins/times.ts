// Times as Go's types of the server read and write them.

const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Reads RFC 3339 and writes it in UTC, with seconds or microseconds; or says what Go's parser would. */
export function canonicalTime(
  text: string,
  micros: boolean,
): { readonly text: string } | { readonly problem: string } {
  const fraction = shape.exec(text)?.[7];
  const at = fraction === undefined && !shape.test(text) ? Number.NaN : Date.parse(text);
  if (Number.isNaN(at)) return { problem: problemOf(text, micros) };
  if (micros && fraction?.length !== 6) return { problem: problemOf(text, micros) };
  const seconds = new Date(Math.floor(at / 1000) * 1000).toISOString().slice(0, 19);
  return { text: micros ? `${seconds}.${fraction ?? ''}Z` : `${seconds}Z` };
}

const layouts = { seconds: '2006-01-02T15:04:05Z07:00', micros: '2006-01-02T15:04:05.000000Z07:00' };
/** What has to stand there, and what Go calls it. */
const steps: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01'],
  [/^-/, '-'],
  [/^\d\d/, '02'],
  [/^T/, 'T'],
  [/^\d\d/, '15'],
  [/^:/, ':'],
  [/^\d\d/, '04'],
  [/^:/, ':'],
  [/^\d\d/, '05'],
];

function problemOf(text: string, micros: boolean): string {
  const layout = micros ? layouts.micros : layouts.seconds;
  const begin = `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse`;
  let rest = text;
  const end: readonly (readonly [RegExp, string])[] = [
    micros ? [/^\.\d{6}(?!\d)/, '.000000'] : [/^(?:[.,]\d+)?/, ''],
    [/^(?:Z|[+-]\d\d:\d\d)$/, 'Z07:00'],
  ];
  for (const [expected, name] of [...steps, ...end]) {
    const found = expected.exec(rest);
    if (found === null) return `${begin} ${JSON.stringify(rest)} as ${JSON.stringify(name)}`;
    rest = rest.slice(found[0].length);
  }
  return `parsing time ${JSON.stringify(text)}: day out of range`;
}
