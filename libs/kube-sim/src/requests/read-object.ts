// From the text of a request to an object of the resource that it is sent to.
import { type ApiFailure, badRequest, invalid } from '../api/failure.ts';
import type { Metadata, SimObject } from '../api/object.ts';
import { apiVersionOf, type ResourceDefinition } from '../api/resource.ts';
import { invalidValue } from '../schema/causes.ts';
import { decode } from '../schema/decode.ts';
import { duplicateFields } from '../schema/duplicates.ts';
import { parseBody, unrecognized } from './body.ts';
import type { Call } from './core.ts';
import type { Definitions } from './definitions.ts';
import { fieldValidation } from './options.ts';

/**
 * Reads the object that a POST, or a PUT of `name`, carries: parsed, of the right kind, without unknown fields, with defaults. What is
 * `wanted` instead of an object of the resource (an Eviction of a Pod) is only parsed.
 *
 * @throws ApiFailure 400, 415
 */
export function readObject(call: Call, name?: string, wanted: Wanted = call.definition): SimObject {
  const object = decodeBody(call, wanted);
  if (name !== undefined) requireName(object, name);
  requireNamespace(object, call);
  return object;
}

/**
 * The same, wherever it belongs.
 *
 * @throws ApiFailure 400, 415
 */
export function decodeBody(call: Call, wanted: Wanted = call.definition): SimObject {
  const { core, request, definition } = call;
  const { body = '', headers, query } = request;
  const object = (parseBody(body, headers['content-type'], wanted.kind) ?? {}) as SimObject;
  const isIgnorant = fieldValidation(query) === 'ignore';
  requireKind(object, core.definitions, wanted, !isIgnorant);
  const mayRepeat = !isIgnorant && headers['content-type']?.includes('yaml') !== true;
  if (wanted === definition) settle(object, call, { duplicates: mayRepeat ? duplicateFields(body) : [] });
  else object.metadata = readMetadata(object, wanted);
  return object;
}

/**
 * Drops what the schema does not know, tells so as the request wishes, and fills in defaults.
 *
 * @throws ApiFailure 400
 */
export function settle(
  object: SimObject,
  call: Call,
  { duplicates = [] }: { readonly duplicates?: readonly string[] } = {},
): SimObject {
  const { definition, request, warnings } = call;
  const mode = fieldValidation(request.query);
  object.metadata = readMetadata(object, definition);
  const { unknown } = decode(definition.schema, object, mode);
  const repeated = duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`);
  const unheard = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  const faults = definition.custom ? [...repeated, ...unheard] : [...unheard, ...repeated];
  if (faults.length > 0 && mode === 'strict') throw strictFailure(faults, object, call);
  if (mode === 'warn') warnings.push(...faults);
  definition.strategy.applyDefaults?.(object);
  // Reading drops what is empty; the name is asked for later.
  (object.metadata as Partial<Metadata>).name ??= '';
  return object;
}

/** What a request has to carry. */
type Wanted = Pick<ResourceDefinition, 'group' | 'version' | 'kind' | 'custom'>;

/**
 * A kind and version that are left out are those of the resource, unless it is a custom one.
 *
 * @param looksAhead - at the kind of a custom resource before anything else, as the server does if it has to look for faults
 * @throws ApiFailure 400
 */
export function requireKind(
  object: Partial<SimObject>,
  definitions: Definitions,
  wanted: Wanted,
  looksAhead = false,
): void {
  const version = apiVersionOf(wanted);
  if (!wanted.custom) {
    object.kind ??= wanted.kind;
    object.apiVersion ??= version;
  }
  const { kind = '', apiVersion = '' } = object;
  if (kind === wanted.kind && apiVersion === version) return;
  if (wanted.custom) throw wrongCustomKind(object, wanted, version, looksAhead);
  const sent = lastPart(apiVersion);
  const why =
    definitions.ofKind(apiVersion, kind) === undefined
      ? unregistered(apiVersion, kind)
      : `converting (${sent}.${kind}) to (${wanted.group === '' ? 'core' : wanted.group.split('.', 1).join('')}.${wanted.kind}): unknown conversion`;
  throw badRequest(
    `${kind} in version ${JSON.stringify(sent)} cannot be handled as a ${wanted.kind}: ${why}`,
  );
}

/** How the server says that it has never heard of a kind. */
export function unregistered(apiVersion: string, kind: string): string {
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
}

function wrongCustomKind(
  object: Partial<SimObject>,
  { group, kind, version: short }: Wanted,
  version: string,
  looksAhead: boolean,
): ApiFailure {
  const { kind: sent = '', apiVersion = '' } = object;
  if (sent === '') {
    const text = JSON.stringify(object);
    const why = `Object 'Kind' is missing in '${text}'`;
    if (looksAhead) return badRequest(unrecognized(kind, why, text));
    return badRequest(`${kind} in version ${JSON.stringify(short)} cannot be handled as a ${kind}: ${why}`);
  }
  if (sent !== kind && apiVersion === version) {
    return invalid(group, sent, object.metadata?.name ?? '', [invalidValue('kind', sent, `must be ${kind}`)]);
  }
  return badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${version})`,
  );
}

/** Metadata is read into a fixed type, in which null, and a list or map without content, is as good as nothing. */
function readMetadata(object: { metadata?: unknown }, { kind, version, custom }: Wanted): Metadata {
  const { metadata } = object;
  if (metadata === undefined || metadata === null) return { name: '' };
  const refuse = (found: unknown, into: string): ApiFailure => {
    const fault = `json: cannot unmarshal ${goTypeName(found)} into Go ${into}`;
    return badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${fault}`,
    );
  };
  if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    throw refuse(
      metadata,
      custom ? 'value of type v1.ObjectMeta' : `struct field ${kind}.metadata of type v1.ObjectMeta`,
    );
  }
  const read: Record<string, unknown> = { name: '' };
  for (const [field, value] of Object.entries(metadata)) {
    if (custom) requireType(field, value, refuse);
    if (value !== null && (field === 'managedFields' || !isEmpty(value))) read[field] = value;
  }
  return read as unknown as Metadata;
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

/** What the types of metadata do not take; built-in kinds are read as a whole. */
function requireType(
  field: string,
  value: unknown,
  refuse: (found: unknown, into: string) => ApiFailure,
): void {
  if (value === null) return;
  if (field === 'labels' || field === 'annotations') {
    for (const one of Object.values(value as object)) {
      if (typeof one !== 'string' && one !== null)
        throw refuse(one, `struct field ObjectMeta.${field} of type string`);
    }
  } else if (field === 'generation' && typeof value !== 'number') {
    throw refuse(value, 'struct field ObjectMeta.generation of type int64');
  }
}

function goTypeName(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
}

/** @throws ApiFailure 400 if an object is not called what the path says */
export function requireName({ metadata }: SimObject, name: string): void {
  if (metadata.name === name) return;
  throw badRequest(
    metadata.name === ''
      ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
  );
}

/** @throws ApiFailure 400 if an object says that it belongs to another namespace than the path */
export function requireNamespace({ metadata: { namespace = '' } }: SimObject, call: Call): void {
  if (namespace === '' || call.namespace === undefined || namespace === call.namespace) return;
  throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

function strictFailure(
  faults: readonly string[],
  { kind, apiVersion }: SimObject,
  { definition }: Call,
): ApiFailure {
  const words = strictWords(faults);
  const version = JSON.stringify(lastPart(apiVersion));
  return badRequest(`${kind} in version ${version} cannot be handled as a ${definition.kind}: ${words}`);
}

/** What a strict client is told. */
function strictWords(faults: readonly string[]): string {
  return `strict decoding error: ${faults.join(', ')}`;
}

function lastPart(apiVersion: string): string {
  return apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
}
