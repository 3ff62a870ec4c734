// The body of a request as a value.
import { createRequire } from 'node:module';
import { ApiFailure, badRequest } from '../api/failure.ts';

/** As much as is needed of it. */
interface Yaml {
  readonly parse: (text: string, options: { readonly uniqueKeys: boolean }) => unknown;
}

/**
 * Parses JSON, or YAML if the content type says so. `kind` is what has to be in it, for messages.
 *
 * @throws ApiFailure 400, 415
 */
export function parseBody(text = '', contentType: string | undefined, kind?: string): unknown {
  const media = contentType?.split(';', 1)[0]?.trim() ?? 'application/json';
  const isYaml = media === 'application/yaml';
  if (!isYaml && media !== 'application/json') throw unknownFormat();
  let value: unknown;
  try {
    value = isYaml ? yamlValue(text) : JSON.parse(text);
  } catch (error) {
    if (!isYaml) throw unreadable(kind, jsonFault(text, error), text);
    const fault = `yaml: ${(error as Error).message}`;
    throw badRequest(
      kind === undefined ? `error converting YAML to JSON: ${fault}` : unrecognized(kind, fault, text),
    );
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return value;
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const type = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;
  const why = `json: cannot unmarshal ${found} into Go value of type ${type}`;
  throw unreadable(kind, why, text);
}

/**
 * Parses YAML.
 *
 * @throws ApiFailure 400 that begins with the complaint
 */
export function parseYaml(text: string, complaint: string): unknown {
  try {
    return yamlValue(text);
  } catch (error) {
    throw badRequest(`${complaint}: yaml: ${(error as Error).message}`);
  }
}

/** Only who sends YAML pays for it. */
function yamlValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const yaml = createRequire(import.meta.url)('yaml') as Yaml;
    return yaml.parse(text, { uniqueKeys: false });
  }
}

/** 415 for a body that is no object in a known encoding. */
export function unknownFormat(): ApiFailure {
  const message =
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf';
  return new ApiFailure(415, 'UnsupportedMediaType', message);
}

function unreadable(kind: string | undefined, why: string, text: string): ApiFailure {
  const fault = `couldn't get version/kind; json parse error: ${why}`;
  return badRequest(kind === undefined ? fault : unrecognized(kind, fault, text));
}

const shownBytes = 30;

/** How the server says that it can make nothing of a body. */
export function unrecognized(kind: string, fault: string, text: string): string {
  const whole = text === '' ? '<empty>' : text.startsWith('{') ? text : Buffer.from(text).toString('hex');
  const shown = whole.length > shownBytes ? `${whole.slice(0, shownBytes)} ...` : whole;
  return `the object provided is unrecognized (must be of type ${kind}): ${fault} (${shown})`;
}

/** Go's words for the commonest mistakes. */
function jsonFault(text: string, error: unknown): string {
  const message = (error as Error).message;
  const position = /position (\d+)/.exec(message)?.[1];
  const found = position === undefined ? undefined : text[Number(position)];
  const isCut = position !== undefined && Number(position) >= text.length;
  if (text.trim() === '' || isCut || message.includes('end of JSON')) return 'unexpected end of JSON input';
  if (found === undefined)
    return `invalid character '${text.trim()[0] ?? ''}' looking for beginning of value`;
  const place = message.startsWith('Expected property name') ? 'object key string' : 'value';
  return `invalid character '${found}' looking for beginning of ${place}`;
}
