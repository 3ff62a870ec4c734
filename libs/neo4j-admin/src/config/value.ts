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
      return integerProblem(value, type.min, type.max);
    case 'decimal': {
      const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
      const isInRange = Number(value) >= type.min && Number(value) <= type.max;
      return isNumber && isInRange ? undefined : `a number from ${type.min} to ${type.max}`;
    }
    case 'size':
      return parseSize(value) === undefined ? sizeHint(value) : undefined;
    case 'duration':
      return duration.test(value) ? undefined : 'a duration as 500ms, 10s or 1h30m';
    case 'duration-range':
      return value.split('-').length === 2 && value.split('-').every((end) => duration.test(end))
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
      return /^[^\s:]+$|^\[[^\]\s]+\]$/.test(value) ? undefined : 'a host without a port';
    case 'text':
      return undefined;
    default:
      return type satisfies never;
  }
}

/** The bytes that a size of neo4j.conf stands for, or `undefined` if it is none. All multipliers are powers of 1024. */
export function parseSize(raw: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(raw.trim());
  if (match === null) return undefined;
  const power = match[2] === '' ? 0 : sizeUnits.findIndex((names) => names.includes(match[2] ?? ''));
  if (power < 0) return undefined;
  const bytes = Math.floor(Number(match[1]) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
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

/** A number without a unit stands for seconds, and must be alone. */
const duration = /^(\d+|(\d+(ns|us|μs|ms|s|m|h|d))+)$/i;

function sizeHint(value: string): string {
  const quantity = /^(\d+)([KMGTPE])i$/.exec(value);
  return quantity === null ? 'a size as 512m or 4g' : `a size as ${quantity[1]}${quantity[2]}iB`;
}

function integerProblem(value: string, min = -Infinity, max = Infinity): string | undefined {
  const isInRange = Number(value) >= min && Number(value) <= max;
  if (/^[+-]?\d+$/.test(value) && isInRange) return undefined;
  if (max !== Infinity) return `an integer from ${min} to ${max}`;
  return min === -Infinity ? 'an integer' : `an integer of at least ${min}`;
}

function isOneOf(value: string, values: readonly string[]): boolean {
  return values.some((known) => known.toLowerCase() === value.toLowerCase());
}

function listOf(value: string): readonly string[] {
  return value === '' ? [] : value.split(',').map((item) => item.trim());
}

/** `host`, `host:port`, `:port`, with an IPv6 host in brackets. */
function isAddress(value: string): boolean {
  return /^(\[[0-9a-fA-F:.%]+\]|[^\s:[\]]*)(:\d{1,5})?$/.test(value) && value !== '';
}
