// What is done to a control plane, as data: the same on a real and on a simulated one.

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type Fields = Readonly<Record<string, Json>>;

/** An object that an earlier step was answered with, changed by a merge patch (RFC 7396): what a client does that reads and then writes. */
export interface Edited {
  readonly $from: string;
  readonly $edit: Json;
}

/**
 * One interaction. In path, body and headers `{ns}` stands for the scene's namespace, and `«name/metadata/uid»` for a value in the answer to the
 * step of that name (a JSON pointer without its first slash); text that is nothing else becomes the value itself.
 */
export interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: Json | Edited;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What later steps call the answer, if it is a good one; good ones of this name from before get `~1`, then `~2` behind it. */
  readonly as?: string;
  /** A watch: read until it is silent, or until the server ends it. */
  readonly watch?: 'silent' | 'end';
  /** Asked again until the answer has this, among other things: for what a server does in its own time. */
  readonly until?: { readonly status?: number; readonly body?: Json };
  /** So many milliseconds go by before. */
  readonly after?: number;
  /** Has to be done, and is not compared. */
  readonly quiet?: boolean;
}

/** A named series of steps in a namespace of its own. */
export interface Scene {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** A scene; `steps` get the names that the constructors below do not set. */
export function scene(name: string, ...steps: readonly Step[]): Scene {
  return { name, steps };
}

/** What a step may say besides its method, path and body. */
export type StepOptions = Partial<Omit<Step, 'method' | 'path' | 'body'>>;

export function get(path: string, options: StepOptions = {}): Step {
  return { method: 'GET', path, ...options };
}

export function post(path: string, body: Json | Edited, options: StepOptions = {}): Step {
  return { method: 'POST', path, body, ...options };
}

export function put(path: string, body: Json | Edited, options: StepOptions = {}): Step {
  return { method: 'PUT', path, body, ...options };
}

export function del(path: string, body?: Json, options: StepOptions = {}): Step {
  return { method: 'DELETE', path, ...(body === undefined ? {} : { body }), ...options };
}

/** The four kinds of patch, by the last part of their content type. */
export type PatchType = 'json-patch' | 'merge-patch' | 'strategic-merge-patch' | 'apply-patch';

export function patch(type: PatchType, path: string, body: Json, options: StepOptions = {}): Step {
  const contentType = `application/${type}+${type === 'apply-patch' ? 'yaml' : 'json'}`;
  return {
    method: 'PATCH',
    path,
    body,
    ...options,
    headers: { 'content-type': contentType, ...options.headers },
  };
}

/** Server-side apply; `how` is more query, as `force=true`. */
export function apply(path: string, manager: string, body: Json, how = '', options: StepOptions = {}): Step {
  const query = `fieldManager=${manager}${how === '' ? '' : `&${how}`}`;
  return patch('apply-patch', `${path}?${query}`, body, options);
}

/** Reads a watch until it is silent. */
export function watch(path: string, options: StepOptions = {}): Step {
  return { method: 'GET', path: withQuery(path, 'watch=true'), watch: 'silent', ...options };
}

/** Puts a query behind a path that may have one. */
export function withQuery(path: string, query: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

/** An edited answer as a body. */
export function edited(from: string, edit: Json): Edited {
  return { $from: from, $edit: edit };
}
