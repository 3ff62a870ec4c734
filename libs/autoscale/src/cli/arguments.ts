// Reads the words behind the name of a command.
import { parseArgs } from 'node:util';
import { parseDuration } from '../policy/duration.ts';
import { nearestName } from '../policy/nearest-name.ts';

/** A command line, or a file that it names, that cannot be understood. The message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Flag {
  /** `text` and `list` take a value, `list` any number of them. */
  readonly kind: 'text' | 'list' | 'switch';
  /** How the help calls the value. */
  readonly value?: string;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What was written behind the name of a command. Every reader throws UsageError for what it cannot read. */
export interface Arguments {
  /** The words that are no flags; none for commands that take none. */
  readonly words: readonly string[];
  readonly isOn: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly required: (name: string) => string;
  /** All values of a list, also those that commas separate. */
  readonly list: (name: string) => readonly string[];
  /** In milliseconds, above 0. */
  readonly duration: (name: string) => number | undefined;
  /** A share from 0 to 1, written as one or in percent. */
  readonly share: (name: string) => number | undefined;
  readonly number: (
    name: string,
    range: { readonly min: number; readonly max: number },
  ) => number | undefined;
}

/** @throws UsageError for flags that there are not, values that are missing and words that have no meaning */
export function readArguments(args: readonly string[], flags: Flags, takesWords = false): Arguments {
  const { values, positionals } = parse(args, flags);
  const [stray] = positionals;
  if (stray !== undefined && !takesWords)
    throw new UsageError(`'${stray}' has no meaning here: values stand behind flags, such as --seed 1`);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    words: positionals,
    isOn: (name) => values[name] === true,
    text,
    required: (name) => {
      const value = text(name);
      if (value === undefined) throw new UsageError(`--${name} is missing: ${flags[name]?.help ?? ''}`);
      return value;
    },
    list: (name) => {
      const value = values[name];
      const texts = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
      return texts.flatMap((one) => one.split(',')).filter((one) => one !== '');
    },
    duration: (name) => readValue(name, text(name), readDuration),
    share: (name) => readValue(name, text(name), readShare),
    number: (name, { min, max }) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = value.trim() === '' ? NaN : Number(value);
      if (number >= min && number <= max) return number;
      const least = min === Number.MIN_VALUE ? 'above 0' : `from ${min}`;
      const range = max === Number.MAX_VALUE ? least : `${least} to ${max}`;
      throw new UsageError(`--${name} is '${value}': give a number ${range}`);
    },
  };
}

/** `5m`, or a number of seconds, in milliseconds. @throws UsageError */
export function readDuration(flag: string, value: string): number {
  const duration = parseDuration(value);
  if (duration !== undefined && duration > 0) return duration;
  throw new UsageError(`--${flag} is '${value}': give a duration above 0 such as 90s, 5m or 1h30m`);
}

function readShare(flag: string, value: string): number {
  const isPercent = value.endsWith('%');
  const digits = isPercent ? value.slice(0, -1).trim() : value.trim();
  const share = digits === '' ? NaN : Number(digits) / (isPercent ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw new UsageError(`--${flag} is '${value}': give a share such as 0.1% or 0.001`);
}

function readValue<T>(
  name: string,
  value: string | undefined,
  read: (flag: string, value: string) => T,
): T | undefined {
  return value === undefined ? undefined : read(name, value);
}

function parse(
  args: readonly string[],
  flags: Flags,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { kind }]) => [
      name,
      { type: kind === 'switch' ? ('boolean' as const) : ('string' as const), multiple: kind === 'list' },
    ]),
  );
  checkNames(args, flags);
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(reasonOf((cause as Error).message), { cause });
  }
}

function checkNames(args: readonly string[], flags: Flags): void {
  const names = Object.keys(flags);
  for (const arg of args) {
    const name = /^--(?<name>[^=]+)/.exec(arg)?.groups?.['name'];
    if (name === undefined || names.includes(name)) continue;
    const meant = nearestName(name, names);
    const remedy =
      meant === undefined
        ? `there ${names.length === 0 ? 'is none here' : `are ${names.map((one) => `--${one}`).join(', ')}`}`
        : `did you mean --${meant}?`;
    throw new UsageError(`there is no flag --${name}: ${remedy}`);
  }
}

/** What follows the first sentence in the messages of `parseArgs` is advice on the shell's quoting. */
function reasonOf(message: string): string {
  const flag = /^Option '(?:-\w, )?--(?<name>[\w-]+).*(?:missing|ambiguous)/.exec(message)?.groups?.['name'];
  if (flag !== undefined)
    return `--${flag} has no value: write it behind the flag, and one that begins with a dash as --${flag}=-1`;
  return message.split(/\. |\n/)[0] ?? message;
}
