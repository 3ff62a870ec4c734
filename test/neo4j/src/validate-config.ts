// What the real `neo4j-admin server validate-config` says to a configuration.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAdminCommand } from './admin-command.ts';
import { findServer } from './programs.ts';
import type { ServerVersion } from './versions.ts';

/** Something that the command remarks. */
export interface ConfigIssue {
  readonly severity: 'error' | 'warning';
  /**
   * `unrecognized`: no such setting, or one of Enterprise that Community does not declare. `deprecated`: an older name. `duplicate`:
   * declared more than once. `invalid`: a value that the setting does not take.
   */
  readonly kind: 'unrecognized' | 'deprecated' | 'duplicate' | 'invalid' | 'other';
  /** The name of the setting; absent for the kind `other`. */
  readonly setting?: string;
  /** As the command puts it. */
  readonly text: string;
}

/** How the command ended. */
export interface ConfigValidation {
  /** 0, also with warnings; 78 with errors. */
  readonly exitCode: number;
  readonly issues: readonly ConfigIssue[];
}

/** How strictly it is validated. */
export interface ValidationOptions {
  /**
   * Whether a setting that is not recognized is an error, of which only the first is told, or a warning, of which all are. Given, it
   * replaces what the text says; a server's default is strict.
   */
  readonly strict?: boolean;
}

const strictness = 'server.config.strict_validation.enabled';

/**
 * Validates the text of a neo4j.conf.
 *
 * @throws Error if there is no such server, or if what the command says is not understood
 */
export async function validateConfig(
  version: ServerVersion,
  text: string,
  { strict }: ValidationOptions = {},
): Promise<ConfigValidation> {
  const program = findServer(version);
  if ('missing' in program) throw new Error(program.missing);
  const home = mkdtempSync(join(tmpdir(), 'validate-config-'));
  try {
    mkdirSync(join(home, 'conf'));
    writeFileSync(join(home, 'conf/neo4j.conf'), strict === undefined ? text : withStrictness(text, strict));
    const { exitCode, output } = await runAdminCommand(program, home, ['server', 'validate-config']);
    return { exitCode, issues: readIssues(output) };
  } finally {
    rmSync(home, { recursive: true });
  }
}

function withStrictness(text: string, strict: boolean): string {
  const others = text.split('\n').filter((line) => !line.trimStart().startsWith(strictness));
  return `${others.join('\n')}\n${strictness}=${String(strict)}\n`;
}

/**
 * Reads the issues from what the command writes.
 *
 * @throws Error if there are not as many as it counts
 */
export function readIssues(output: string): ConfigIssue[] {
  const issues = output.split('\n').flatMap((line): ConfigIssue[] => {
    const [, word, text] = /^(Error|Warning): (.*)$/.exec(line) ?? [];
    if (word === undefined || text === undefined) return [];
    return [{ severity: word === 'Error' ? 'error' : 'warning', ...classify(text), text }];
  });
  const counts = [...output.matchAll(/^(No|\d+) issues? found\.$/gm)].map(([, count]) => Number(count) || 0);
  const counted = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length === 0 || counted !== issues.length) {
    throw new Error(`This output of validate-config is not understood:\n${output}`);
  }
  return issues;
}

const patterns: readonly (readonly [Exclude<ConfigIssue['kind'], 'other'>, RegExp])[] = [
  ['unrecognized', /^Unrecognized setting\. No declared setting with name: (\S+?)\.(?:\s|$)/],
  ['deprecated', /^Use of deprecated setting '([^']+)'/],
  ['duplicate', /^(\S+) declared multiple times\./],
  ['invalid', /^Error evaluating value for setting '([^']+)'/],
];

function classify(text: string): Pick<ConfigIssue, 'kind' | 'setting'> {
  for (const [kind, pattern] of patterns) {
    const setting = pattern.exec(text)?.[1];
    if (setting !== undefined) return { kind, setting };
  }
  return { kind: 'other' };
}
