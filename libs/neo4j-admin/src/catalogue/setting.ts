import type { Edition } from './capabilities.ts';
import type { Release } from './version.ts';

/**
 * What a value has to look like, as the servers' own parsers have it (operations manual, "Configuration settings"; compared with those of
 * 5.26.30 and 2026.08.1).
 */
export type SettingType =
  | { readonly kind: 'boolean' }
  /** Of 32 bits. */
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  /** Of 64 bits. */
  | { readonly kind: 'long'; readonly min: number }
  | { readonly kind: 'decimal'; readonly min: number; readonly max: number }
  /** `10`, `5k`, `1.5GiB`: powers of 1024. The least in bytes; zero may mean something else, and be taken as well. */
  | { readonly kind: 'size'; readonly min?: number; readonly orZero?: true }
  /** `5s`, `1h30m`, `10`: seconds where there is no unit. The least in milliseconds; zero as for sizes. */
  | { readonly kind: 'duration'; readonly min?: number; readonly orZero?: true }
  /** `3s-6s`. */
  | { readonly kind: 'duration-range' }
  /** Capitals do not matter. */
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'enum-list'; readonly values: readonly string[] }
  /** `host:port`, `host`, `:port`, an IPv6 host in brackets. */
  | { readonly kind: 'address' }
  | { readonly kind: 'address-list' }
  /** Text of a form, with an example of it for people. */
  | { readonly kind: 'form'; readonly pattern: RegExp; readonly example: string }
  /** A host without a port. */
  | { readonly kind: 'host' }
  /** Lists, paths, patterns and free text: what is in them only the server can judge. */
  | { readonly kind: 'text' };

/** What the catalogue knows of a setting of neo4j.conf. */
export interface Setting {
  readonly name: string;
  readonly type: SettingType;
  /** The least edition whose servers declare it. */
  readonly edition: Edition;
  /** Enterprise can change it in a running server, by `dbms.setConfigValue`; that lasts until the server ends. */
  readonly dynamic: boolean;
  /** The first release of the versions administered here that has it; 5.26 where nothing is said. */
  readonly introduced: Release;
  /** From when on a server with strict validation refuses to start with it, and what to do instead. */
  readonly removed?: { readonly in: Release; readonly remedy: string };
  /** From when on it has another name, under which it means the same. */
  readonly renamed?: { readonly in: Release; readonly to: string };
  /** Only for settings whose default has changed: the value from a release on, oldest first. */
  readonly defaults?: readonly { readonly since: Release; readonly value: string }[];
}

/** The columns of a row that are not the usual. */
export type SettingTraits = Partial<Omit<Setting, 'name' | 'type' | 'edition'>>;

/** A row of the tables of settings. */
export function community(name: string, type: SettingType, traits: SettingTraits = {}): Setting {
  return { name, type, edition: 'community', dynamic: false, introduced: '5.26', ...traits };
}

/** A row for a setting that Community does not declare, and so refuses under strict validation. */
export function enterprise(name: string, type: SettingType, traits: SettingTraits = {}): Setting {
  return { name, type, edition: 'enterprise', dynamic: false, introduced: '5.26', ...traits };
}

export const boolean: SettingType = { kind: 'boolean' };
export const size: SettingType = { kind: 'size' };
export const duration: SettingType = { kind: 'duration' };
export const durationRange: SettingType = { kind: 'duration-range' };
export const address: SettingType = { kind: 'address' };
export const addressList: SettingType = { kind: 'address-list' };
export const host: SettingType = { kind: 'host' };
export const text: SettingType = { kind: 'text' };

export function integer(min?: number, max?: number): SettingType {
  return { kind: 'integer', ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

export function long(min: number): SettingType {
  return { kind: 'long', min };
}

/** @param min - in bytes */
export function sizeFrom(min: number): SettingType {
  return { kind: 'size', min };
}

/** @param min - in bytes */
export function zeroOrSizeFrom(min: number): SettingType {
  return { kind: 'size', min, orZero: true };
}

/** @param min - in milliseconds */
export function durationFrom(min: number): SettingType {
  return { kind: 'duration', min };
}

/** @param min - in milliseconds */
export function zeroOrDurationFrom(min: number): SettingType {
  return { kind: 'duration', min, orZero: true };
}

export function decimal(min: number, max: number): SettingType {
  return { kind: 'decimal', min, max };
}

export function oneOf(...values: readonly string[]): SettingType {
  return { kind: 'enum', values };
}

export function someOf(...values: readonly string[]): SettingType {
  return { kind: 'enum-list', values };
}

export function form(pattern: RegExp, example: string): SettingType {
  return { kind: 'form', pattern, example };
}
