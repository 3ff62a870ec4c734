import { describe, expect, it } from '@jest/globals';
import { hasCommand, hasOption } from './cli.ts';
import { knownBad } from './known-bad.ts';
import { hasProcedure, procedureReplacement } from './procedures.ts';
import { upgradeEdge } from './upgrades.ts';
import { versionOf } from './version.ts';

const longTerm = versionOf('5.26.30');
const newest = versionOf('2026.08.1');

describe('upgrades', () => {
  it.each([
    ['5.26.0', '5.26.30', ['pluginsMatch']],
    ['2025.01.0', '2026.08.1', ['pluginsMatch']],
    ['5.26.30', '2025.01.0', ['discoveryV2Only', 'configurationRewritten', 'pluginsMatch']],
    ['5.26.0', '2026.08.1', ['discoveryV2Only', 'configurationRewritten', 'pluginsMatch']],
  ])('from %s to %s need %j', (from, to, requirements) => {
    expect(upgradeEdge(versionOf(from), versionOf(to))).toEqual({ kind: 'upgrade', requirements });
  });

  it.each([
    ['5.26.30', '5.26.29'],
    ['2025.01.0', '5.26.30'],
    ['2026.08.1', '2026.08.0'],
  ])('from %s to %s are refused, as stores cannot go back', (from, to) => {
    expect(upgradeEdge(versionOf(from), versionOf(to))).toMatchObject({
      kind: 'refused',
      reason: 'Downgrade',
    });
  });

  it('to the same version are none', () => {
    expect(upgradeEdge(newest, newest)).toEqual({ kind: 'same' });
  });

  it('to a version that was never released are refused', () => {
    expect(upgradeEdge(versionOf('5.26.0'), versionOf('5.26.27'))).toMatchObject({ reason: 'KnownBad' });
    expect(knownBad(longTerm)).toBeUndefined();
  });
});

describe('procedures', () => {
  it.each([
    ['dbms.setDatabaseAllocator', true, false],
    ['dbms.cluster.showParallelDiscoveryState', true, false],
    ['dbms.recreateDatabase', false, true],
    ['dbms.cluster.recreateDatabase', true, true],
    ['dbms.cluster.statusCheck', true, true],
    ['dbms.security.reloadTLS', false, true],
  ] as const)('%s: 5.26 %s, 2026.08 %s', (procedure, before, after) => {
    expect(hasProcedure(longTerm, procedure)).toBe(before);
    expect(hasProcedure(newest, procedure)).toBe(after);
  });

  it('of Enterprise are not there in Community', () => {
    expect(hasProcedure(newest, 'dbms.setConfigValue', 'community')).toBe(false);
    expect(hasProcedure(newest, 'dbms.components', 'community')).toBe(true);
  });

  it('have successors from some version on', () => {
    expect(procedureReplacement(newest, 'dbms.cluster.recreateDatabase')).toBe('dbms.recreateDatabase');
    expect(procedureReplacement(longTerm, 'dbms.cluster.recreateDatabase')).toBeUndefined();
  });
});

describe('commands', () => {
  it('aggregate under the old name only in 5.26, and under both later', () => {
    expect(hasCommand(longTerm, 'backup aggregate')).toBe(false);
    expect(hasCommand(longTerm, 'database aggregate-backup')).toBe(true);
    expect(hasCommand(newest, 'backup aggregate')).toBe(true);
  });

  it.each([
    ['--compress', '5.26.0', true],
    ['--prefer-diff-as-parent', '2025.03.0', false],
    ['--prefer-diff-as-parent', '2025.04.0', true],
    ['--remote-address-resolution', '2025.08.0', false],
    ['--remote-address-resolution', '2025.09.0', true],
    ['--parallel-download', '2025.10.1', false],
    ['--skip-recovery', '2025.11.0', true],
  ] as const)('backup %s in %s: %s', (option, version, there) => {
    expect(hasOption(versionOf(version), 'database backup', option)).toBe(there);
  });

  it('of Enterprise are not there in Community', () => {
    expect(hasCommand(newest, 'database backup', 'community')).toBe(false);
    expect(hasOption(newest, 'database backup', '--compress', 'community')).toBe(false);
    expect(hasCommand(newest, 'database dump', 'community')).toBe(true);
  });
});
