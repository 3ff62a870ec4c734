// Reads the samples for the tests; the format is in the README beside.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** One sample file. */
export interface Sample {
  /** Its path below this folder. */
  readonly path: string;
  readonly text: string;
  readonly object: unknown;
  /** The object before the change, for an update. */
  readonly old?: unknown;
  /** Paths that our validator must report; empty when the sample is valid. */
  readonly expected: readonly string[];
  readonly reason: string | undefined;
  /** A part of the API server's refusal. */
  readonly message: string | undefined;
}

/** The samples of a kind, by its name in the singular and in lower case. */
export function loadSamples(kind: string, verdict: 'valid' | 'invalid'): readonly Sample[] {
  const folder = join(kind, verdict);
  return readdirSync(join(import.meta.dirname, folder))
    .sort()
    .map((file) => loadSample(join(folder, file)));
}

function loadSample(path: string): Sample {
  const text = readFileSync(join(import.meta.dirname, path), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  const isUpdate = path.endsWith('.update.yaml');
  if (objects.length !== (isUpdate ? 2 : 1)) throw new Error(`${path} has ${objects.length} documents`);
  return {
    path,
    text,
    object: objects.at(-1),
    ...(isUpdate && { old: objects[0] }),
    expected: comments(text, 'expect'),
    reason: comments(text, 'reason')[0],
    message: comments(text, 'message')[0],
  };
}

function comments(text: string, name: string): readonly string[] {
  const prefix = `# ${name}: `;
  return text
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length));
}
