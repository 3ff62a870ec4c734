/**
 * The text of neo4j.conf. 5.26 reads it as Latin-1 and later versions as UTF-8, so it is written in ASCII; a backslash begins an escape in
 * both, and at the end of a line would take the next line into the value.
 */

/** Values by key; only `server.jvm.additional` has several. */
export type Settings = ReadonlyMap<string, readonly string[]>;

/** One line for each value, in the order of the map. Keys are names of settings; values are free of control characters. */
export function formatConf(settings: Settings): string {
  return [...settings]
    .flatMap(([key, values]) => values.map((value) => `${key}=${escape(value)}\n`))
    .join('');
}

/**
 * Reads back what {@link formatConf} has written, and nothing else: files that people write may have comments, other separators, continued
 * lines and further escapes, which only the servers read as the servers do.
 *
 * @throws SyntaxError with the number of the line that is not of that form
 */
export function parseConf(text: string): Settings {
  const settings = new Map<string, readonly string[]>();
  const lines = text.split('\n');
  // What is behind the last line end is nothing, or a line that was cut off.
  if (lines.at(-1) === '') lines.pop();
  else throw new SyntaxError(`line ${lines.length} has no end`);
  lines.forEach((line, index) => {
    const [, key, value] = writtenLine.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      throw new SyntaxError(`line ${index + 1} is none that formatConf writes`);
    }
    settings.set(key, [...(settings.get(key) ?? []), unescape(value)]);
  });
  return settings;
}

const plainValue = /^[ -[\]-~]*$/;

const writtenLine = /^([\w.-]+)=((?:[ -[\]-~]|\\\\|\\u[0-9a-f]{4})*)$/;

function escape(value: string): string {
  if (plainValue.test(value)) return value;
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function unescape(value: string): string {
  return value.replaceAll(/\\(?:\\|u(.{4}))/g, (_, unit: string | undefined) =>
    unit === undefined ? '\\' : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}
