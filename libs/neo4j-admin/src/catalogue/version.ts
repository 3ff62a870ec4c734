/**
 * Version numbers of Neo4j: `5.26.30` of the long-term line, `2026.08.1` (year, month, patch) of the calendar line.
 */

/** A version that this library knows how to administer. Made by {@link parseVersion}. */
export interface Neo4jVersion {
  readonly line: VersionLine;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** As Neo4j writes it, the month with two digits. */
  readonly text: string;
}

/** The lines that releases come in: 5.26 gets fixes only, the calendar line gets features every month. */
export type VersionLine = '5.26' | 'calendar';

/** A version, or why the text is none that can be administered. */
export type ParsedVersion =
  | { readonly ok: true; readonly version: Neo4jVersion }
  | { readonly ok: false; readonly reason: VersionProblem; readonly message: string };

/** Stable identifiers of why a version is refused. */
export type VersionProblem = 'Malformed' | 'TooOld' | 'NeverReleased';

/**
 * Reads `major.minor.patch`. Anything around it is refused, so tags of images (`5.26.30-enterprise`) are as well: cutting the suffix off
 * is for those who know what it means.
 */
export function parseVersion(text: string): ParsedVersion {
  const match = /^(\d{1,4})\.(\d{1,2})\.(\d{1,3})$/.exec(text);
  if (match === null)
    return problem('Malformed', `${quote(text)} is not a version: ${malformedRemedy(text)}`);
  const [major, minor, patch] = match.slice(1).map(Number) as [number, number, number];
  if (major < 5 || (major === 5 && minor < 26)) {
    return problem(
      'TooOld',
      `${text} is older than 5.26, the oldest version with the second discovery service`,
    );
  }
  if (!(major === 5 ? minor === 26 : isCalendar(major, minor))) {
    return problem('NeverReleased', `there is no Neo4j ${text}: after 5.26 comes 2025.01`);
  }
  const isLongTerm = major === 5;
  const canonical = `${major}.${isLongTerm ? minor : String(minor).padStart(2, '0')}.${patch}`;
  if (canonical !== text) return problem('Malformed', `${text} is not a version: it is written ${canonical}`);
  return { ok: true, version: { line: isLongTerm ? '5.26' : 'calendar', major, minor, patch, text } };
}

/**
 * A version that is known to be good: for literals in code and tables.
 *
 * @throws RangeError if it is not
 */
export function versionOf(text: string): Neo4jVersion {
  const parsed = parseVersion(text);
  if (!parsed.ok) throw new RangeError(parsed.message);
  return parsed.version;
}

/** Negative if `a` came before `b`, zero if they are the same. */
export function compareVersions(a: Neo4jVersion, b: Neo4jVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Whether `version` is `since` or later, where `since` is a release without patch: `5.26`, `2025.06`. */
export function isAtLeast(version: Neo4jVersion, since: Release): boolean {
  const [major, minor] = since.split('.').map(Number) as [number, number];
  return (version.major - major || version.minor - minor) >= 0;
}

/** A release without its patch: what features are dated by. */
export type Release = '5.26' | `20${number}.${number}`;

/** The line of a version. */
export function versionLine(version: Neo4jVersion): VersionLine {
  return version.line;
}

function isCalendar(year: number, month: number): boolean {
  return year >= 2025 && year < 2100 && month >= 1 && month <= 12;
}

function malformedRemedy(text: string): string {
  if (/^\d+\.\d+\.\d+[-+]/.test(text)) return 'leave out what follows the three numbers';
  if (/^\d+\.\d+$/.test(text)) return 'name the patch as well, as in 5.26.30 or 2026.08.1';
  return 'write it as 5.26.30 or 2026.08.1';
}

function problem(reason: VersionProblem, message: string): ParsedVersion {
  return { ok: false, reason, message };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
