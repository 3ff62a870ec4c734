/**
 * The text of neo4j.conf. 5.26 reads it as Latin-1 and later versions as UTF-8, so it is written in ASCII; a backslash begins an escape in
 * both, and at the end of a line would take the next line into the value.
 */

/** Values by key; only `server.jvm.additional` has several. */
export type Settings = ReadonlyMap<string, readonly string[]>;

/** One line for each value, in the order of the map. Keys and values are free of control characters. */
export function formatConf(settings: Settings): string {
  return [...settings]
    .flatMap(([key, values]) => values.map((value) => `${key}=${escape(value)}\n`))
    .join('');
}

/** Reads what {@link formatConf} writes, and what people write by hand: comments, blanks, empty lines. */
export function parseConf(text: string): Settings {
  const settings = new Map<string, readonly string[]>();
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    const equals = line.indexOf('=');
    const key = (equals < 0 ? line : line.slice(0, equals)).trim();
    const value = equals < 0 ? '' : unescape(line.slice(equals + 1).trim());
    settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
}

function escape(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function unescape(value: string): string {
  return value.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, unit: string | undefined, plain: string) =>
    unit === undefined ? plain : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}
