/** Bytes of a size as neo4j.conf has it: `512m`, `1.5GiB`, `1073741824`; `undefined` for what is none. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  return Math.floor(Number(number) * 1024 ** ['', 'k', 'm', 'g', 't', 'p'].indexOf(unit.toLowerCase()));
}

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration: `5s`, `1h30m`; seconds where there is no unit; `undefined` for what is none. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:ms|[smhd]))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)(ms|[smhd])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (milliseconds[unit ?? ''] ?? 0),
    0,
  );
}

export function parseBoolean(text: string): boolean | undefined {
  if (text.toLowerCase() === 'true') return true;
  return text.toLowerCase() === 'false' ? false : undefined;
}

/** What stands between commas. */
export function parseList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** An address of which host or port may be left out: `:6000`, `host`. */
export function parseAddress(text: string | undefined, host: string, port: number): string {
  const [, givenHost = '', givenPort = ''] = /^(.*?)(?::(\d+))?$/.exec(text ?? '') ?? [];
  return `${givenHost === '' ? host : givenHost}:${givenPort === '' ? port : givenPort}`;
}
