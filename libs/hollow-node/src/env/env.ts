import type { ConfigMap, Container, EnvVar, KeyRef, Pod, Secret, Service } from '../kubelet/resources.ts';
import { expand, type Mapping } from './expand.ts';
import { fieldValue, type PodPlace, resourceValue } from './fields.ts';
import { serviceVariables } from './service-links.ts';

/** What a namespace offers to the containers in it. */
export interface Sources {
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
}

/** Why a container cannot be made; a kubelet shows it as `CreateContainerConfigError` and tries again. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What a container is started with. */
export interface Invocation {
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly args: readonly string[];
}

/**
 * Resolves what a container's environment, command and arguments refer to.
 *
 * @param services - those whose variables the pod gets
 * @throws ConfigError if something is missing that is not optional
 */
export function invocation(
  pod: Pod,
  container: Container,
  place: PodPlace,
  sources: Sources,
  services: readonly Service[],
): Invocation {
  const links: Readonly<Record<string, string>> = Object.fromEntries(
    services.flatMap((each) => Object.entries(serviceVariables(each))),
  );
  const env = new Map<string, string>();
  for (const from of container.envFrom ?? []) {
    for (const [key, value] of Object.entries(entriesOf(from, sources))) {
      const name = `${from.prefix ?? ''}${key}`;
      // The API allows keys that no environment can hold.
      if (!name.includes('=')) env.set(name, value);
    }
  }
  const mapping: Mapping = (name) => env.get(name) ?? links[name];
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, pod, container, place, sources, mapping);
    if (value !== undefined) env.set(variable.name, value);
  }
  return {
    env: { HOSTNAME: hostnameOf(pod), ...links, ...Object.fromEntries(env) },
    command: (container.command ?? []).map((each) => expand(each, mapping)),
    args: (container.args ?? []).map((each) => expand(each, mapping)),
  };
}

/** The name that a pod has for itself. */
export function hostnameOf({ metadata, spec }: Pod): string {
  return spec.hostname ?? metadata.name.slice(0, 63).replace(/[-.]+$/, '');
}

function entriesOf(
  { configMapRef, secretRef }: NonNullable<Container['envFrom']>[number],
  sources: Sources,
): Readonly<Record<string, string>> {
  if (configMapRef !== undefined) {
    const { name = '', optional } = configMapRef;
    const found = sources.configMap(name);
    if (found === undefined && optional !== true) throw new ConfigError(`configmap "${name}" not found`);
    return found?.data ?? {};
  }
  if (secretRef !== undefined) {
    const { name = '', optional } = secretRef;
    const found = sources.secret(name);
    if (found === undefined && optional !== true) throw new ConfigError(`secret "${name}" not found`);
    return Object.fromEntries(Object.entries(found?.data ?? {}).map(([key, value]) => [key, decoded(value)]));
  }
  return {};
}

function valueOf(
  { name, value, valueFrom }: EnvVar,
  pod: Pod,
  container: Container,
  place: PodPlace,
  sources: Sources,
  mapping: Mapping,
): string | undefined {
  if (valueFrom === undefined) return expand(value ?? '', mapping);
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  if (configMapKeyRef !== undefined) {
    const found = sources.configMap(configMapKeyRef.name ?? '');
    return keyOf(
      found === undefined ? undefined : (found.data ?? {}),
      'configmap',
      'ConfigMap',
      configMapKeyRef,
      pod,
    );
  }
  if (secretKeyRef !== undefined) {
    const found = sources.secret(secretKeyRef.name ?? '');
    const data = found === undefined ? undefined : (found.data ?? {});
    const base64 = keyOf(data, 'secret', 'Secret', secretKeyRef, pod);
    return base64 === undefined ? undefined : decoded(base64);
  }
  const field =
    fieldRef === undefined
      ? resourceFieldRef && resourceValue(pod, place, container, resourceFieldRef)
      : fieldValue(pod, place, fieldRef.fieldPath);
  if (field === undefined)
    throw new ConfigError(`the value of environment variable ${name} is not supported`);
  return field;
}

/** One key of an object; undefined if it is optional and not there. */
function keyOf(
  data: Readonly<Record<string, string>> | undefined,
  resource: string,
  kind: string,
  { name = '', key, optional = false }: KeyRef,
  { metadata }: Pod,
): string | undefined {
  const value = data?.[key];
  if (value !== undefined || optional) return value;
  if (data === undefined) throw new ConfigError(`${resource} "${name}" not found`);
  throw new ConfigError(`couldn't find key ${key} in ${kind} ${metadata.namespace ?? ''}/${name}`);
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
