// From the text of a request to an object of the resource that it is sent to.
import { type ApiFailure, badRequest } from '../api/failure.ts';
import type { Metadata, SimObject } from '../api/object.ts';
import { apiVersionOf, type ResourceDefinition } from '../api/resource.ts';
import { decode } from '../schema/decode.ts';
import { duplicateFields } from '../schema/duplicates.ts';
import { parseBody } from './body.ts';
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
  const { core, request, definition } = call;
  const { body = '', headers, query } = request;
  const object = (parseBody(body, headers['content-type'], wanted.kind) ?? {}) as SimObject;
  requireKind(object, core.definitions, wanted);
  const mayRepeat = fieldValidation(query) !== 'ignore' && headers['content-type']?.includes('yaml') !== true;
  if (wanted === definition) settle(object, call, { duplicates: mayRepeat ? duplicateFields(body) : [] });
  else object.metadata = readMetadata(object, wanted.kind);
  if (name !== undefined) requireName(object, name);
  requireNamespace(object, call);
  return object;
}

interface Settling {
  readonly duplicates?: readonly string[];
  /** Words a strict refusal. */
  readonly refuse?: (faults: readonly string[], object: SimObject) => ApiFailure;
}

/**
 * Drops what the schema does not know, tells so as the request wishes, and fills in defaults.
 *
 * @throws ApiFailure 400
 */
export function settle(object: SimObject, call: Call, { duplicates = [], refuse }: Settling = {}): SimObject {
  const { definition, request, warnings } = call;
  const mode = fieldValidation(request.query);
  object.metadata = readMetadata(object, definition.kind);
  const { unknown } = decode(definition.schema, object, mode);
  const faults = [
    ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
    ...duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`),
  ];
  if (faults.length > 0 && mode === 'strict') throw (refuse ?? strictFailure)(faults, object, call);
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
 * @throws ApiFailure 400
 */
export function requireKind(object: Partial<SimObject>, definitions: Definitions, wanted: Wanted): void {
  const version = apiVersionOf(wanted);
  if (!wanted.custom) {
    object.kind ??= wanted.kind;
    object.apiVersion ??= version;
  }
  const { kind = '', apiVersion = '' } = object;
  if (kind === wanted.kind && apiVersion === version) return;
  if (wanted.custom) throw wrongCustomKind(object, wanted.kind, version);
  const sent = lastPart(apiVersion);
  const why =
    definitions.ofKind(apiVersion, kind) === undefined
      ? unregistered(apiVersion, kind)
      : `converting (${sent}.${kind}) to (core.${wanted.kind}): unknown conversion`;
  throw badRequest(
    `${kind} in version ${JSON.stringify(sent)} cannot be handled as a ${wanted.kind}: ${why}`,
  );
}

/** How the server says that it has never heard of a kind. */
export function unregistered(apiVersion: string, kind: string): string {
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
}

function wrongCustomKind(
  { kind = '', apiVersion = '' }: Partial<SimObject>,
  wanted: string,
  version: string,
): ApiFailure {
  if (kind === '') {
    return badRequest(
      `the object provided is unrecognized (must be of type ${wanted}): Object 'Kind' is missing`,
    );
  }
  return badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${version})`,
  );
}

/** Metadata is read into a fixed type, in which null is as good as nothing. */
function readMetadata(object: { metadata?: unknown }, kind: string): Metadata {
  const { metadata } = object;
  if (metadata === undefined || metadata === null) return { name: '' };
  if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    const found = Array.isArray(metadata)
      ? 'array'
      : typeof metadata === 'boolean'
        ? 'bool'
        : typeof metadata;
    throw badRequest(
      `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${found} into Go struct field ${kind}.metadata of type v1.ObjectMeta`,
    );
  }
  const fields = Object.values(metadata).includes(null)
    ? Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null))
    : metadata;
  return { name: '', ...fields };
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
  if (definition.custom) return badRequest(words);
  const version = JSON.stringify(lastPart(apiVersion));
  return badRequest(`${kind} in version ${version} cannot be handled as a ${definition.kind}: ${words}`);
}

/** What a strict client is told. */
export function strictWords(faults: readonly string[]): string {
  return `strict decoding error: ${faults.join(', ')}`;
}

function lastPart(apiVersion: string): string {
  return apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
}
