import type { Edition } from './capabilities.ts';
import { isAtLeast, type Neo4jVersion, type Release } from './version.ts';

interface Command {
  readonly edition: Edition;
  readonly since: Release;
  /** Options, and the first release that has them. */
  readonly options: Readonly<Record<string, Release>>;
}

/**
 * The commands of `neo4j-admin` that are run in containers, with the options that one may give them (operations manual, "Neo4j Admin" and
 * "Backup and restore"). Options of all commands are not repeated: `--expand-commands`, `--verbose`, `--help`; those that take files of
 * settings have `--additional-config`.
 */
export const commands = {
  'database backup': {
    edition: 'enterprise',
    since: '5.26',
    options: {
      '--additional-config': '5.26',
      '--compress': '5.26',
      '--from': '5.26',
      '--include-metadata': '5.26',
      '--inspect-path': '5.26',
      '--keep-failed': '5.26',
      '--pagecache': '5.26',
      '--parallel-recovery': '5.26',
      '--temp-path': '5.26',
      '--to-path': '5.26',
      '--type': '5.26',
      '--prefer-diff-as-parent': '2025.04',
      '--remote-address-resolution': '2025.09',
      '--parallel-download': '2025.11',
      '--skip-recovery': '2025.11',
    },
  },
  'database restore': {
    edition: 'enterprise',
    since: '5.26',
    options: {
      '--additional-config': '5.26',
      '--from-path': '5.26',
      '--overwrite-destination': '5.26',
      '--restore-until': '5.26',
      '--temp-path': '5.26',
      '--to-path-data': '5.26',
      '--to-path-txn': '5.26',
      '--source-database': '2025.02',
    },
  },
  'database check': {
    edition: 'community',
    since: '5.26',
    options: {
      '--additional-config': '5.26',
      '--check-counts': '5.26',
      '--check-graph': '5.26',
      '--check-indexes': '5.26',
      '--check-property-owners': '5.26',
      '--force': '5.26',
      '--from-path': '5.26',
      '--from-path-data': '5.26',
      '--from-path-txn': '5.26',
      '--max-off-heap-memory': '5.26',
      '--report-path': '5.26',
      '--temp-path': '5.26',
      '--threads': '5.26',
    },
  },
  'database dump': {
    edition: 'community',
    since: '5.26',
    options: {
      '--additional-config': '5.26',
      '--overwrite-destination': '5.26',
      '--to-path': '5.26',
      '--to-stdout': '5.26',
    },
  },
  'database load': {
    edition: 'community',
    since: '5.26',
    options: {
      '--additional-config': '5.26',
      '--from-path': '5.26',
      '--from-stdin': '5.26',
      '--info': '5.26',
      '--overwrite-destination': '5.26',
    },
  },
  'database info': { edition: 'community', since: '5.26', options: { '--format': '5.26' } },
  'database copy': {
    edition: 'enterprise',
    since: '5.26',
    options: {
      '--copy-schema': '5.26',
      '--source-format': '2026.03',
      '--source-location': '2026.03',
      '--target-format': '5.26',
      '--target-location': '5.26',
      '--compress': '2026.04',
    },
  },
  'database aggregate-backup': {
    edition: 'enterprise',
    since: '5.26',
    options: {
      '--from-path': '5.26',
      '--keep-old-backup': '5.26',
      '--parallel-recovery': '5.26',
      '--temp-path': '5.26',
    },
  },
  'backup aggregate': {
    edition: 'enterprise',
    since: '2025.01',
    options: {
      '--from-path': '2025.01',
      '--keep-old-backup': '2025.01',
      '--parallel-recovery': '2025.01',
      '--temp-path': '2025.01',
    },
  },
  'backup inspect': {
    edition: 'enterprise',
    since: '5.26',
    options: {
      '--database': '5.26',
      '--empty': '5.26',
      '--format': '5.26',
      '--latest-backup': '5.26',
      '--latest-chain': '5.26',
      '--show-metadata': '5.26',
    },
  },
  'backup validate': {
    edition: 'enterprise',
    since: '2026.01',
    options: { '--database': '2026.01', '--format': '2026.01', '--from-path': '2026.01' },
  },
  'dbms set-initial-password': {
    edition: 'community',
    since: '5.26',
    options: { '--require-password-change': '5.26' },
  },
  'dbms unbind-system-db': { edition: 'enterprise', since: '5.26', options: {} },
  'server memory-recommendation': { edition: 'community', since: '5.26', options: { '--memory': '5.26' } },
  'server unbind': { edition: 'community', since: '5.26', options: {} },
  'server validate-config': { edition: 'community', since: '5.26', options: {} },
} as const satisfies Readonly<Record<string, Command>>;

/** One of them, without `neo4j-admin`. */
export type AdminCommand = keyof typeof commands;

/** An option of a command. */
export type AdminOption<C extends AdminCommand> = keyof (typeof commands)[C]['options'] & string;

/** Whether the version has the command. */
export function hasCommand(
  version: Neo4jVersion,
  command: AdminCommand,
  edition: Edition = 'enterprise',
): boolean {
  const { since, edition: least }: Command = commands[command];
  return (least === 'community' || edition === 'enterprise') && isAtLeast(version, since);
}

/** Whether the version has the command, and the command the option. An unknown option ends it with exit code 2. */
export function hasOption<C extends AdminCommand>(
  version: Neo4jVersion,
  command: C,
  option: AdminOption<C>,
  edition: Edition = 'enterprise',
): boolean {
  const { options }: Command = commands[command];
  const since = options[option];
  return since !== undefined && hasCommand(version, command, edition) && isAtLeast(version, since);
}
