import { type ConfLine, repeatable } from './neo4j-conf.ts';

/** What the image's entry point takes for itself (docker-entrypoint.sh of the image); all other `NEO4J_*` become settings. */
const control = new Set([
  'NEO4J_ACCEPT_LICENSE_AGREEMENT',
  'NEO4J_AUTH',
  'NEO4J_AUTH_PATH',
  'NEO4J_DEBUG',
  'NEO4J_DEPRECATION_WARNING',
  'NEO4J_EDITION',
  'NEO4J_HOME',
  'NEO4J_PLUGINS',
  'NEO4J_SHA256',
  'NEO4J_TARBALL',
]);

/** The container as the entry point sees it. */
export interface Container {
  readonly environment: Readonly<Record<string, string>>;
  /** Mounted files that variables point to, by path. */
  readonly files: ReadonlyMap<string, string>;
}

/** Settings from variables: `NEO4J_server_memory_heap_max__size` is `server.memory.heap.max_size`. */
export function settingsFromEnvironment(environment: Readonly<Record<string, string>>): readonly ConfLine[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (!variable.startsWith('NEO4J_') || control.has(variable) || value === '') return [];
    if (variable.startsWith('NEO4J_apoc_')) return [];
    const name = variable.slice('NEO4J_'.length).replaceAll('_', '.').replaceAll('..', '_');
    return /^\d/.test(name) ? [] : [{ name, value }];
  });
}

/** `NEO4J_X_FILE=/path` sets `NEO4J_X` to what is in the file. */
export function withFiles({ environment, files }: Container): Readonly<Record<string, string>> {
  const resolved: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (variable.startsWith('NEO4J_') && variable.endsWith('_FILE')) {
      const content = files.get(value);
      if (content !== undefined) resolved[variable.slice(0, -'_FILE'.length)] = content.trim();
    } else {
      resolved[variable] = value;
    }
  }
  return resolved;
}

/** Lines of the file with those of the environment put over them; JVM arguments are added instead. */
export function overlay(file: readonly ConfLine[], environment: readonly ConfLine[]): readonly ConfLine[] {
  const replaced = new Set(environment.map(({ name }) => name).filter((name) => name !== repeatable));
  return [...file.filter(({ name }) => !replaced.has(name)), ...environment];
}

/** The password that a server is first given, or why it cannot be. */
export type InitialAuth =
  | { readonly kind: 'absent' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'password'; readonly password: string; readonly changeRequired: boolean }
  | { readonly kind: 'invalid'; readonly message: string };

/** Reads `NEO4J_AUTH`, or the file of `NEO4J_AUTH_PATH`: `neo4j/<password>`, with `/true` for a password that has to be changed. */
export function initialAuth(
  environment: Readonly<Record<string, string>>,
  container: Container,
): InitialAuth {
  const path = environment['NEO4J_AUTH_PATH'];
  const text = path === undefined ? environment['NEO4J_AUTH'] : container.files.get(path)?.trim();
  if (text === undefined || text === '') {
    return path === undefined
      ? { kind: 'absent' }
      : { kind: 'invalid', message: `The file '${path}' of NEO4J_AUTH_PATH cannot be read.` };
  }
  if (text === 'none') return { kind: 'disabled' };
  const [, user, password, change] = /^([^/]+)\/([^/]+)\/?(true)?$/.exec(text) ?? [];
  if (password === undefined) return { kind: 'invalid', message: 'Invalid value for NEO4J_AUTH.' };
  if (user !== 'neo4j') return { kind: 'invalid', message: 'Invalid admin username, it must be neo4j.' };
  if (password === 'neo4j') {
    return {
      kind: 'invalid',
      message: "Invalid value for password. It cannot be 'neo4j', which is the default.",
    };
  }
  return { kind: 'password', password, changeRequired: change === 'true' };
}
