import type { SettingType } from '../catalogue/index.ts';

/**
 * What a value should be instead, or `undefined` if the server's parser takes it: the rules are those of the parsers of 5.26.30 and
 * 2026.08.1. Blanks around a value do not count.
 */
export function valueProblem(type: SettingType, raw: string): string | undefined {
  const value = raw.trim();
  switch (type.kind) {
    case 'boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'true or false';
    case 'integer':
      return integerProblem(value, type.min ?? -(2 ** 31), type.max ?? 2 ** 31 - 1);
    case 'long':
      return isLong(value) && Number(value) >= type.min ? undefined : `an integer of at least ${type.min}`;
    case 'decimal':
      return isDecimal(value, type.min, type.max) ? undefined : `a number from ${type.min} to ${type.max}`;
    case 'size':
      return isEnough(parseSize(value), type) ? undefined : sizeHint(value, type);
    case 'duration':
      return isEnough(durationMs(value), type) ? undefined : durationHint(type);
    case 'duration-range':
      return value.split('-').length === 2 && value.split('-').every((end) => durationMs(end) !== undefined)
        ? undefined
        : 'two durations, as 3s-6s';
    case 'enum':
      return isOneOf(value, type.values) ? undefined : `one of ${type.values.join(', ')}`;
    case 'enum-list':
      return listOf(value).every((item) => isOneOf(item, type.values))
        ? undefined
        : `a list of ${type.values.join(', ')}`;
    case 'address':
      return isAddress(value) ? undefined : 'an address as host:port, host or :port';
    case 'address-list':
      return listOf(value).every(isAddress) ? undefined : 'a list of addresses as host:port';
    case 'form':
      return type.pattern.test(value) ? undefined : `of a form as ${type.example}`;
    case 'host':
      return /^[^\s:[\]]+$|^\[[^\]\s]+\]$/.test(value) ? undefined : 'a host without a port';
    case 'text':
      return undefined;
    default:
      return type satisfies never;
  }
}

/**
 * The bytes that a size of neo4j.conf stands for, or `undefined` if it is none. All multipliers are powers of 1024, fractions of bytes are
 * cut off. Beyond 2^53 it is the nearest number.
 */
export function parseSize(raw: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)\s*([A-Za-z]*)$/.exec(raw.trim());
  if (match === null) return undefined;
  const power = match[2] === '' ? 0 : sizeUnits.findIndex((names) => names.includes(match[2] ?? ''));
  if (power < 0) return undefined;
  const bytes = Math.floor(Number(match[1]) * 1024 ** power);
  return bytes <= 2 ** 63 ? bytes : undefined;
}

/** The shortest exact way to write a number of bytes. */
export function formatSize(bytes: number): string {
  if (bytes !== 0 && bytes % mebibyte === 0) return `${bytes / mebibyte}m`;
  return bytes !== 0 && bytes % 1024 === 0 ? `${bytes / 1024}k` : String(bytes);
}

/** 2^20 bytes. */
export const mebibyte = 1024 ** 2;
/** 2^30 bytes. */
export const gibibyte = 1024 ** 3;

/** By power of 1024. Capitals matter: a `Gi` of Kubernetes is a `GiB` here. */
const sizeUnits: readonly (readonly string[])[] = [
  ['B'],
  ['KiB', 'KB', 'K', 'kB', 'kb', 'k'],
  ['MiB', 'MB', 'M', 'mB', 'mb', 'm'],
  ['GiB', 'GB', 'G', 'gB', 'gb', 'g'],
  ['TiB', 'TB'],
  ['PiB', 'PB'],
  ['EiB', 'EB'],
];

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The milliseconds that a duration stands for. A number without a unit stands for seconds, and must be alone. Each number has 32 bits. */
function durationMs(raw: string): number | undefined {
  const value = raw.toLowerCase();
  if (!/^(\d+|(\d+(ns|us|μs|ms|s|m|h|d))+)$/.test(value)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+)(\D*)/g)) {
    if (Number(amount) >= 2 ** 31) return undefined;
    sum += Number(amount) * (unitMs[unit ?? ''] ?? 1000);
  }
  return sum;
}

/** What a size or duration has to be at least. */
interface Least {
  readonly min?: number;
  readonly orZero?: true;
}

function isEnough(value: number | undefined, { min = 0, orZero }: Least): boolean {
  return value !== undefined && (value >= min || (orZero === true && value === 0));
}

function sizeHint(value: string, { min, orZero }: Least): string {
  const [, amount, unit] = /^(\d+)([KMGTPE])i$/.exec(value) ?? [];
  if (amount !== undefined) return `a size as ${amount}${unit}iB`;
  return `a size as 512m or 4g${min === undefined ? '' : `, at least ${formatSize(min)}`}${zeroHint(orZero)}`;
}

function durationHint({ min, orZero }: Least): string {
  return `a duration as 500ms, 10s or 1h30m${min === undefined ? '' : `, at least ${min}ms`}${zeroHint(orZero)}`;
}

function zeroHint(orZero: true | undefined): string {
  return orZero === true ? ', or 0' : '';
}

function integerProblem(value: string, min: number, max: number): string | undefined {
  const isInRange = Number(value) >= min && Number(value) <= max;
  return /^[+-]?\d+$/.test(value) && isInRange ? undefined : `an integer from ${min} to ${max}`;
}

function isLong(value: string): boolean {
  if (!/^[+-]?\d+$/.test(value)) return false;
  const exact = BigInt(value.replace(/^\+/, ''));
  return BigInt.asIntN(64, exact) === exact;
}

/** As Java reads numbers: `1e-1`, `.5`, `0.5f`. It takes a negative zero for less than zero. */
function isDecimal(value: string, min: number, max: number): boolean {
  const [, text] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)[fd]?$/i.exec(value) ?? [];
  if (text === undefined) return false;
  const number = Number(text);
  return (number > min || Object.is(number, min)) && number <= max;
}

function isOneOf(value: string, values: readonly string[]): boolean {
  return values.some((known) => known.toLowerCase() === value.toLowerCase());
}

/** Empty items do not count: a list may end with a comma. */
function listOf(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/**
 * `host`, `host:port`, `host:`, `:port`, with an IPv6 host in brackets. Without them, several colons make all of it a host. The servers
 * read ports that no socket has, and fail later.
 */
function isAddress(value: string): boolean {
  const [, port] = /^(?:\[[^\s[\]]+\]|[^\s:[\]]*)(?::(\d+))?$/.exec(value) ?? [];
  if (port !== undefined) return Number(port) <= 65_535;
  return /^(?:\[[^\s[\]]+\]|[^\s:[\]]+:?|[^\s:[\]]*:[^\s:[\]]*:[^\s[\]]*)$/.test(value);
}
