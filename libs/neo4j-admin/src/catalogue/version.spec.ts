import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compareVersions,
  isAtLeast,
  type Neo4jVersion,
  parseVersion,
  versionLine,
  versionOf,
} from './version.ts';

const versions: fc.Arbitrary<string> = fc.oneof(
  fc.nat(99).map((patch) => `5.26.${patch}`),
  fc
    .tuple(fc.integer({ min: 2025, max: 2099 }), fc.integer({ min: 1, max: 12 }), fc.nat(20))
    .map(([year, month, patch]) => `${year}.${String(month).padStart(2, '0')}.${patch}`),
);

describe('versions of Neo4j', () => {
  it.each([
    ['5.26.0', '5.26'],
    ['5.26.30', '5.26'],
    ['2025.01.0', 'calendar'],
    ['2026.08.1', 'calendar'],
  ])('%s belongs to the line %s', (text, line) => {
    expect(versionLine(versionOf(text))).toBe(line);
  });

  it.each([
    ['5.25.1', 'TooOld'],
    ['4.4.40', 'TooOld'],
    ['5.27.0', 'NeverReleased'],
    ['6.0.0', 'NeverReleased'],
    ['2024.12.0', 'NeverReleased'],
    ['2025.13.0', 'NeverReleased'],
    ['2025.00.0', 'NeverReleased'],
    ['2025.1.0', 'Malformed'],
    ['05.26.1', 'Malformed'],
    ['5.26.01', 'Malformed'],
    ['5.26', 'Malformed'],
    ['latest', 'Malformed'],
    ['', 'Malformed'],
    ['5.26.30-enterprise', 'Malformed'],
    ['2026.08.1-enterprise-ubi10', 'Malformed'],
    ['v5.26.30', 'Malformed'],
    ['5.26.30\n', 'Malformed'],
  ])('%j is refused as %s', (text, reason) => {
    expect(parseVersion(text)).toMatchObject({ ok: false, reason });
  });

  it('says what to write instead', () => {
    expect(parseVersion('2025.1.0')).toMatchObject({ message: expect.stringContaining('2025.01.0') });
    expect(parseVersion('5.26.30-enterprise')).toMatchObject({
      message: expect.stringContaining('leave out what follows'),
    });
    expect(() => versionOf('5.25.0')).toThrow('older than 5.26');
  });

  it('keep their text', () => {
    fc.assert(fc.property(versions, (text) => versionOf(text).text === text));
  });

  it('are ordered by their numbers, and the long-term line comes first', () => {
    const sorted = ['2026.08.1', '5.26.9', '2025.10.1', '5.26.30', '2025.09.0', '2025.10.0']
      .map(versionOf)
      .toSorted(compareVersions)
      .map(({ text }: Neo4jVersion) => text);

    expect(sorted).toEqual(['5.26.9', '5.26.30', '2025.09.0', '2025.10.0', '2025.10.1', '2026.08.1']);
  });

  it('have a release when they are its first patch or come after it', () => {
    expect(isAtLeast(versionOf('2025.06.0'), '2025.06')).toBe(true);
    expect(isAtLeast(versionOf('2025.05.9'), '2025.06')).toBe(false);
    expect(isAtLeast(versionOf('2026.01.0'), '2025.06')).toBe(true);
    expect(isAtLeast(versionOf('5.26.30'), '2025.01')).toBe(false);
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        const release = versionOf(b);
        const first = `${release.major}.${String(release.minor).padStart(2, '0')}` as '2025.01';
        const order = compareVersions(versionOf(a), { ...release, patch: 0 });

        return isAtLeast(versionOf(a), first) === order >= 0;
      }),
    );
  });
});
