import type { FieldError } from '@neo4j-operator/api-types';
import {
  annotations,
  type ClusterObject,
  clusterLabels,
  type ConfigMap,
  labels,
  objectNames,
  serverName,
} from '@neo4j-operator/cluster-access';
import type { Configuration, RestartClass, Settings } from '@neo4j-operator/neo4j-admin';
import { controllerReference, keyOf, type ObjectMeta, type Stored } from '@neo4j-operator/reconcile-kit';
import type { Formation, Pool, SystemMode } from '../model/formation.ts';
import type { PodTemplate, Service, StatefulSet } from '../model/resources.ts';
import type { RunningImage } from '../model/state.ts';
import { askedHashes } from './asked.ts';
import { type RestartDifference, restartDifferences, stillPending } from './differences.ts';
import { formatParts, hashOf, parseParts } from './hash.ts';
import { imageOf } from './image.ts';
import { keepSettings } from './keep-settings.ts';
import { renderTemplate, withConfigMap } from './pod-template.ts';
import { portsFor } from './ports.ts';
import type { RenderRevision } from './revision.ts';
import { renderService } from './services.ts';
import { unusableSettings, wantedSettings } from './settings.ts';
import { changedParts, formatTemplateHashes } from './template-parts.ts';

/** Everything that the objects of one server follow from. */
export interface ServerInput {
  readonly cluster: Stored<ClusterObject>;
  readonly formation: Formation;
  readonly server: { readonly number: number; readonly pool: Pool; readonly systemMode: SystemMode };
  /** What the server is to run: the running image for every server of a cluster that has one. */
  readonly running: RunningImage;
  /** Numbers of all servers that host `system` as a primary, this one included if it does. */
  readonly systemPrimaries: readonly number[];
  readonly revision: RenderRevision;
  readonly clusterDomain: string;
  /** The server as it is; undefined for one that is being made. */
  readonly existing:
    | {
        readonly statefulSet: Stored<StatefulSet>;
        /** What neo4j.conf says in the ConfigMap that the template names; undefined if it is gone. */
        readonly templateSettings: Settings | undefined;
      }
    | undefined;
}

/** The objects of one server. Its claim is made before. */
export interface RenderedServer {
  /** Immutable; its name ends with a hash of what it says. */
  readonly configMap: ConfigMap;
  readonly service: Service;
  /** Of an existing server that differs in what needs a restart: its template as it is, but for the name of the ConfigMap. */
  readonly statefulSet: StatefulSet;
  /** Whether `statefulSet` cannot be applied whole, because the template has to stay: only the ConfigMap's name may be patched. */
  readonly keepsTemplate: boolean;
  /** What the ConfigMap says. */
  readonly settings: Settings;
  /** What a change of each of them asks for. */
  readonly classes: ReadonlyMap<string, RestartClass>;
  /** What is wanted and needs a restart, in the order of the fields. */
  readonly differences: readonly RestartDifference[];
}

/** The objects of a server, or why there are none. */
export type ServerRendering =
  | { readonly ok: true; readonly server: RenderedServer }
  | { readonly ok: false; readonly problems: readonly FieldError[] };

/** The name of the file in the ConfigMap. */
export const configurationFile = 'neo4j.conf';

/**
 * Renders a server. One that exists is never given what needs a restart: its settings of that class and its template stay as they are, and
 * what differs is told. So a pod that dies comes back as it was, and whoever restarts servers decides when.
 */
export function renderServer(input: ServerInput): ServerRendering {
  const { cluster, running, existing } = input;
  const { spec } = cluster;
  const image = imageOf(spec);
  if (!image.ok) return image;
  const isOtherVersion = image.image.version.text !== running.version.text;
  const postponed = isOtherVersion ? unusableSettings(spec.config ?? {}, running.version, spec.edition) : [];
  const wanted = wantedSettings({
    ...input,
    spec: postponed.length === 0 ? spec : { ...spec, config: without(spec.config ?? {}, postponed) },
    cluster: keyOf(cluster),
    version: running.version,
  });
  if (!wanted.ok) return { ok: false, problems: wanted.problems };

  const current = existing?.templateSettings;
  const configuration =
    current === undefined
      ? { ...wanted.configuration, held: [] }
      : keepSettings(wanted.configuration, current, spec.edition);
  const configMap = renderConfigMap(input, configuration);
  const template = renderTemplate({ ...input, configMap: configMap.metadata.name });
  const changed = existing === undefined ? [] : changedParts(existing.statefulSet, template);
  const asked = askedHashes(spec);
  const recorded = parseParts(existing?.statefulSet.metadata.annotations?.[annotations.askedHash]);
  const differences = restartDifferences({
    spec,
    isOtherImage: image.image.image !== running.image,
    postponed,
    held: configuration.held,
    changed,
    asked,
    recorded,
  });
  const keepsTemplate = changed.length > 0;
  const pending = stillPending({ asked, recorded, differences });
  return {
    ok: true,
    server: {
      configMap,
      service: renderServerService(input),
      statefulSet:
        existing !== undefined && keepsTemplate
          ? keptStatefulSet(input, existing.statefulSet, configMap.metadata.name)
          : newStatefulSet(input, template, pending),
      keepsTemplate,
      settings: configuration.settings,
      classes: configuration.classes,
      differences,
    },
  };
}

function without(
  config: Readonly<Record<string, string>>,
  keys: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));
}

function renderConfigMap(input: ServerInput, { text }: Configuration): ConfigMap {
  const data = { [configurationFile]: text };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(input, `${nameOf(input)}-${hashOf(data)}`),
    immutable: true,
    data,
  };
}

/** The name under which a server is known for its whole life, wherever its pod is. Others have to find it before it is ready. */
function renderServerService({ cluster, server }: ServerInput): Service {
  return renderService({
    cluster,
    name: serverName(cluster.metadata.name, server.number),
    ports: portsFor('servers', cluster.spec.edition),
    server: server.number,
    publishesNotReady: true,
  });
}

function newStatefulSet(
  input: ServerInput,
  template: PodTemplate,
  asked: ReadonlyMap<string, string>,
): StatefulSet {
  return statefulSetOf(input, template, {
    [annotations.askedHash]: formatParts(asked),
    [annotations.templateHash]: formatTemplateHashes(template),
  });
}

/** What was noted of the template stays, as the template does. */
function keptStatefulSet(input: ServerInput, existing: StatefulSet, configMap: string): StatefulSet {
  const noted = [annotations.askedHash, annotations.templateHash].flatMap((name) => {
    const value = existing.metadata.annotations?.[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return statefulSetOf(input, withConfigMap(existing.spec.template, configMap), Object.fromEntries(noted));
}

function statefulSetOf(
  input: ServerInput,
  template: PodTemplate,
  noted: Readonly<Record<string, string>>,
): StatefulSet {
  const { cluster, server } = input;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { ...metadataOf(input, nameOf(input)), annotations: noted },
    spec: {
      serviceName: objectNames.headless(cluster.metadata.name),
      replicas: 1,
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'OnDelete' },
      selector: {
        matchLabels: {
          [labels.cluster]: cluster.metadata.name,
          [labels.server]: String(server.number),
        },
      },
      template,
    },
  };
}

function metadataOf({ cluster, server }: ServerInput, name: string): ObjectMeta {
  const { name: clusterName, namespace } = cluster.metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: {
      ...clusterLabels(clusterName),
      [labels.server]: String(server.number),
      [labels.pool]: server.pool,
    },
    ownerReferences: [controllerReference(cluster, namespace)],
  };
}

function nameOf({ cluster, server }: ServerInput): string {
  return serverName(cluster.metadata.name, server.number);
}
