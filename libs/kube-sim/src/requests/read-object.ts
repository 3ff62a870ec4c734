// From the text of a request to an object of the resource that it is sent to.
import { type ApiFailure, badRequest } from '../api/failure.ts';
import type { Metadata, SimObject } from '../api/object.ts';
import { apiVersionOf } from '../api/resource.ts';
import { decode } from '../schema/decode.ts';
import { duplicateFields } from '../schema/duplicates.ts';
import type { Call } from './core.ts';
import { fieldValidation } from './options.ts';
import { parseBody } from './body.ts';

/**
 * Reads the object that a POST, or a PUT of `name`, carries: parsed, of the right kind, without unknown fields, with defaults.
 *
 * @throws ApiFailure 400, 415
 */
export function readObject(call: Call, name?: string): SimObject {
  const { request, definition, namespace } = call;
  const raw = parseBody(request.body, request.headers['content-type'], definition.kind) ?? {};
  const object = typed(raw, call);
  if (name !== undefined) requireName(object, name);
  const { namespace: own = '' } = object.metadata;
  if (own !== '' && namespace !== undefined && own !== namespace) throw badRequest(otherNamespace);
  const mode = fieldValidation(call.request.query);
  const isYaml = request.headers['content-type']?.includes('yaml') === true;
  const duplicates = mode === 'ignore' || isYaml ? [] : duplicateFields(request.body ?? '');
  return settle(object, call, duplicates);
}

/**
 * Drops what the schema does not know, tells so as the request wishes, and fills in defaults.
 *
 * @throws ApiFailure 400
 */
export function settle(object: SimObject, call: Call, duplicates: readonly string[] = []): SimObject {
  const { definition, request, warnings } = call;
  const mode = fieldValidation(request.query);
  const { unknown } = decode(definition.schema, object, mode);
  const faults = [
    ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
    ...duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`),
  ];
  if (faults.length > 0 && mode === 'strict') throw strictFailure(call, object, faults);
  if (mode === 'warn') warnings.push(...faults);
  object.metadata = withoutNulls(object.metadata);
  definition.strategy.applyDefaults?.(object);
  return object;
}

const otherNamespace =
  'the namespace of the provided object does not match the namespace sent on the request';

function requireName({ metadata }: SimObject, name: string): void {
  if (metadata.name === '') {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
}

function strictFailure({ definition }: Call, object: SimObject, faults: readonly string[]): ApiFailure {
  const { kind } = definition;
  const list = faults.join(', ');
  if (definition.custom) return badRequest(`strict decoding error: ${list}`);
  return badRequest(
    `${object.kind} in version ${JSON.stringify(lastPart(object.apiVersion))} cannot be handled as a ${kind}: strict decoding error: ${list}`,
  );
}

function lastPart(apiVersion: string): string {
  return apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
}

/** Metadata is read into a fixed type, in which null is as good as nothing. */
function withoutNulls(metadata: Metadata): Metadata {
  if (!Object.values(metadata).includes(null)) return metadata;
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== null),
  ) as unknown as Metadata;
}

function typed(raw: unknown, { definition }: Call): SimObject {
  const apiVersion = apiVersionOf(definition);
  const object = raw as Partial<SimObject>;
  const { kind } = definition;
  if (!definition.custom) {
    object.kind ??= kind;
    object.apiVersion ??= apiVersion;
  }
  if (object.kind !== kind || object.apiVersion !== apiVersion)
    throw wrongKind(object, kind, apiVersion, definition.custom);
  const { metadata } = object as { metadata?: unknown };
  if (metadata === undefined || metadata === null) object.metadata = { name: '' };
  else if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    throw badRequest(
      `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${Array.isArray(metadata) ? 'array' : typeof metadata} into Go struct field ${kind}.metadata of type v1.ObjectMeta`,
    );
  } else object.metadata = { ...metadata, name: object.metadata?.name ?? '' };
  return object as SimObject;
}

function wrongKind(
  { kind, apiVersion }: Partial<SimObject>,
  wanted: string,
  version: string,
  custom: boolean,
): ApiFailure {
  if (custom) {
    if (kind === undefined || kind === '')
      return badRequest(
        'the object provided is unrecognized (must be of type ' + wanted + "): Object 'Kind' is missing",
      );
    return badRequest(
      `the API version in the data (${apiVersion ?? ''}) does not match the expected API version (${version})`,
    );
  }
  const sent = (apiVersion ?? '').split('/').at(-1) ?? '';
  const why =
    apiVersion === version
      ? `converting (${sent}.${kind ?? ''}) to (core.${wanted}): unknown conversion`
      : `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
  return badRequest(
    `${kind ?? ''} in version ${JSON.stringify(sent)} cannot be handled as a ${wanted}: ${why}`,
  );
}
