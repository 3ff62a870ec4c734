// Reads the files that a command line names.
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { parsePolicy } from '../policy/parse.ts';
import type { Policy, PolicySpec } from '../policy/types.ts';
import { readTrace, TraceError } from '../replay/trace.ts';
import type { Trace } from '../replay/types.ts';
import { type Arguments, UsageError } from './arguments.ts';
import type { Io } from './io.ts';

/** @throws UsageError if it cannot be read */
export function readFile(path: string, io: Io): string {
  try {
    // Editors on Windows put a byte order mark in front.
    return io.readText(path).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new UsageError(reasonOf(path, cause), { cause });
  }
}

/** @throws UsageError if it cannot be written */
export function writeFile(path: string, text: string, io: Io): void {
  try {
    io.writeText(path, text);
  } catch (cause) {
    throw new UsageError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** @throws UsageError for JSON that is none */
export function readJson(path: string, io: Io): unknown {
  const text = readFile(path, io);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${path} is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/**
 * A policy as it was written, which the library has found good, and as the engine reads it. The file may be a whole Neo4jEnterpriseCluster: then its block
 * `spec.autoScaling` is read. It may also be that block with its name.
 *
 * @throws UsageError with a line for each field that is wrong
 */
export function readPolicy(path: string, io: Io): { readonly spec: PolicySpec; readonly policy: Policy } {
  const spec = blockOf(path, readYaml(path, io));
  const parsed = parsePolicy(spec);
  if (parsed.ok) return { spec: spec as PolicySpec, policy: parsed.policy };
  const lines = parsed.errors.map(({ field, message }) => `  ${field === '' ? '' : `${field} `}${message}`);
  throw new UsageError(`${path} is no policy:\n${lines.join('\n')}`);
}

/** A recorded load, called like its file. @throws UsageError */
export function readTraceFile(path: string, args: Arguments, io: Io): Trace {
  const text = readFile(path, io);
  const timeColumn = args.text('time-column');
  const valueColumn = args.text('value-column');
  try {
    return readTrace(text, {
      name: baseName(path),
      ...(timeColumn !== undefined && { timeColumn }),
      ...(valueColumn !== undefined && { valueColumn }),
    });
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const remedy = error.reason.endsWith('Column') ? ': use --time-column and --value-column' : '';
    throw new UsageError(`${path}: ${error.message}${remedy}`, { cause: error });
  }
}

/** The name of a file without its folders and its ending. */
export function baseName(path: string): string {
  return (path.split(/[/\\]/).at(-1) ?? path).replace(/\.\w+$/, '');
}

function readYaml(path: string, io: Io): unknown {
  const text = readFile(path, io);
  try {
    return parseYaml(text) as unknown;
  } catch (error) {
    // Anchors that are not there or used too often come as other errors.
    const reason =
      error instanceof YAMLParseError && error.code === 'MULTIPLE_DOCS'
        ? 'it holds more than one document: write each into a file of its own'
        : (error as Error).message.trim();
    throw new UsageError(`${path} is no YAML: ${reason}`, { cause: error });
  }
}

function blockOf(path: string, value: unknown): unknown {
  const spec = fieldOf(value, 'spec');
  if (spec === undefined) return fieldOf(value, 'autoScaling') ?? value;
  const block = fieldOf(spec, 'autoScaling');
  if (block === undefined || block === null)
    throw new UsageError(`${path} has no block spec.autoScaling: write the policy there`);
  return block;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function reasonOf(path: string, cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return `there is no file ${path}: check the path; relative ones start where the command was called`;
    case 'EISDIR':
      return `${path} is a folder: name a file in it`;
    case 'EACCES':
      return `${path} must not be read by you: change its permissions`;
    default:
      return `${path} cannot be read: ${(cause as Error).message}`;
  }
}
