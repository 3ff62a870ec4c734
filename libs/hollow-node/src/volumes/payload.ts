// The files of a volume that is made of API objects: pure.
import { fieldValue, type PodPlace, resourceValue } from '../env/fields.ts';
import type { Sources } from '../env/env.ts';
import type { DownwardItem, FilesOf, Pod, ProjectedSource, Volume } from '../kubelet/resources.ts';

/** Why a volume cannot be mounted; a kubelet tells it by an Event and tries again. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

export interface File {
  readonly data: Uint8Array;
  /** Permissions, such as 0o644. */
  readonly mode: number;
}

/** Files by their path in the volume. */
export type Payload = ReadonlyMap<string, File>;

/** A service account's token for the source that asks for it. */
export type TokenOf = (source: NonNullable<ProjectedSource['serviceAccountToken']>) => string;

export interface PayloadInput {
  readonly pod: Pod;
  readonly place: PodPlace;
  readonly sources: Sources;
  readonly token: TokenOf;
}

const defaultMode = 0o644;

/**
 * The files of a volume; undefined for a volume that is of another sort.
 *
 * @throws VolumeError if something is missing that is not optional
 */
export function payloadOf(volume: Volume, input: PayloadInput): Payload | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) return payload(files({ configMap }, configMap.defaultMode, input));
  if (secret !== undefined) {
    const { secretName = '', ...rest } = secret;
    return payload(files({ secret: { ...rest, name: secretName } }, secret.defaultMode, input));
  }
  if (downwardAPI !== undefined) return payload(files({ downwardAPI }, downwardAPI.defaultMode, input));
  if (projected === undefined) return undefined;
  return payload(
    (projected.sources ?? []).flatMap((source) => [...files(source, projected.defaultMode, input)]),
  );
}

/** The API server has checked the paths; that no file is written outside of its volume must not depend on it. */
function payload(entries: Iterable<[string, File]>): Payload {
  const all = new Map(entries);
  for (const path of all.keys()) {
    if (path.startsWith('/')) throw new VolumeError(`invalid path: must be relative path: ${path}`);
    if (path.split('/').includes('..')) throw new VolumeError(`invalid path: must not contain '..': ${path}`);
  }
  return all;
}

function files(source: ProjectedSource, mode = defaultMode, input: PayloadInput): Iterable<[string, File]> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap !== undefined) {
    const object = input.sources.configMap(configMap.name ?? '');
    const data = object && {
      ...decode(object.data, 'utf8'),
      ...decode(object.binaryData, 'base64'),
    };
    return selected('configmap references non-existent config key', 'configmap', configMap, data, mode);
  }
  if (secret !== undefined) {
    const object = input.sources.secret(secret.name ?? '');
    return selected(
      'references non-existent secret key',
      'secret',
      secret,
      object && decode(object.data, 'base64'),
      mode,
    );
  }
  if (downwardAPI !== undefined) {
    return (downwardAPI.items ?? []).map((item) => [item.path, downward(item, mode, input)]);
  }
  if (serviceAccountToken !== undefined) {
    return [[serviceAccountToken.path, { data: Buffer.from(input.token(serviceAccountToken)), mode }]];
  }
  return [];
}

function selected(
  complaint: string,
  resource: string,
  { name = '', items, optional = false }: FilesOf,
  data: Readonly<Record<string, Uint8Array>> | undefined,
  mode: number,
): [string, File][] {
  if (data === undefined) {
    if (optional) return [];
    throw new VolumeError(`${resource} "${name}" not found`);
  }
  if (items === undefined || items.length === 0) {
    return Object.entries(data).map(([key, bytes]) => [key, { data: bytes, mode }]);
  }
  return items.flatMap((item): [string, File][] => {
    const bytes = data[item.key];
    if (bytes !== undefined) return [[item.path, { data: bytes, mode: item.mode ?? mode }]];
    if (optional) return [];
    throw new VolumeError(`${complaint}: ${item.key}`);
  });
}

function downward(item: DownwardItem, mode: number, { pod, place }: PayloadInput): File {
  const { fieldRef, resourceFieldRef } = item;
  const value =
    fieldRef === undefined
      ? resourceFieldRef && resourceValue(pod, place, undefined, resourceFieldRef)
      : fieldValue(pod, place, fieldRef.fieldPath);
  if (value === undefined) throw new VolumeError(`the field of ${item.path} is not supported`);
  return { data: Buffer.from(value), mode: item.mode ?? mode };
}

function decode(
  data: Readonly<Record<string, string>> = {},
  encoding: 'utf8' | 'base64',
): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)]));
}
