// The pod of a server.
import type { DefaultedNeo4jEnterpriseClusterSpec } from '@neo4j-operator/api-types';
import {
  type ClusterObject,
  clusterLabels,
  labels,
  objectNames,
  serverName,
} from '@neo4j-operator/cluster-access';
import { defaultPorts } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { Pool } from '../model/formation.ts';
import type { Container, EnvVar, PodSpec, PodTemplate } from '../model/resources.ts';
import type { RunningImage } from '../model/state.ts';
import { directories } from './directories.ts';
import { resourcesOf } from './memory.ts';
import { authKey } from './once.ts';
import { portsFor } from './ports.ts';

/** The name of the container that runs Neo4j. */
export const neo4jContainer = 'neo4j';

/** The name of the volume with the configuration. */
export const configVolume = 'config';

/** On pods: the version of Neo4j, one of the labels that Kubernetes recommends. */
export const versionLabel = 'app.kubernetes.io/version';

/** What the template of a server follows from. */
export interface TemplateInput {
  readonly cluster: Stored<ClusterObject>;
  readonly server: { readonly number: number; readonly pool: Pool };
  readonly running: RunningImage;
  /** The name of the ConfigMap. */
  readonly configMap: string;
}

/** The user and group of Neo4j in its images. */
const neo4jUser = 7474;

/** Long enough to write down what is in memory. */
const terminationGraceSeconds = 3600;

/** Files of the configuration and of the password, for the group alone. */
const filesMode = 0o440;

/** The template of a server's pod. */
export function renderTemplate(input: TemplateInput): PodTemplate {
  const { cluster, server, running } = input;
  return {
    metadata: {
      labels: {
        ...clusterLabels(cluster.metadata.name),
        [labels.server]: String(server.number),
        [labels.pool]: server.pool,
        [versionLabel]: running.version.text,
      },
    },
    spec: renderPodSpec(input),
  };
}

/** The name of the ConfigMap that a pod is started with. */
export function configMapOf({ volumes = [] }: PodSpec): string | undefined {
  return volumes.find(({ name }) => name === configVolume)?.configMap?.name;
}

/** The same template with another ConfigMap. */
export function withConfigMap(template: PodTemplate, configMap: string): PodTemplate {
  const volumes = (template.spec.volumes ?? []).map((volume) =>
    volume.name === configVolume
      ? { ...volume, configMap: { ...volume.configMap, name: configMap } }
      : volume,
  );
  return { ...template, spec: { ...template.spec, volumes } };
}

function renderPodSpec({ cluster, server, running, configMap }: TemplateInput): PodSpec {
  const { name } = cluster.metadata;
  const { image } = cluster.spec;
  return {
    // Nobody in the pod talks to Kubernetes.
    automountServiceAccountToken: false,
    // Variables that Kubernetes makes for a Service named neo4j would be taken for settings.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: terminationGraceSeconds,
    ...(image.pullSecrets === undefined
      ? {}
      : { imagePullSecrets: image.pullSecrets.toSorted().map((secret) => ({ name: secret })) }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: neo4jUser,
      runAsGroup: neo4jUser,
      fsGroup: neo4jUser,
      // A volume with many files would take long otherwise, at each start.
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    affinity: apart(name),
    containers: [renderContainer(cluster.spec, running)],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: serverName(name, server.number) } },
      { name: configVolume, configMap: { name: configMap, defaultMode: filesMode } },
      { name: 'bootstrap', secret: { secretName: objectNames.bootstrap(name), defaultMode: filesMode } },
    ],
  };
}

/** Servers of a cluster on nodes of their own, in zones of their own, if there are enough. */
function apart(cluster: string): unknown {
  const term = (topologyKey: string) => ({
    topologyKey,
    labelSelector: { matchLabels: { [labels.name]: 'neo4j', [labels.cluster]: cluster } },
  });
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 100, podAffinityTerm: term('kubernetes.io/hostname') },
        { weight: 50, podAffinityTerm: term('topology.kubernetes.io/zone') },
      ],
    },
  };
}

function renderContainer(spec: DefaultedNeo4jEnterpriseClusterSpec, running: RunningImage): Container {
  return {
    name: neo4jContainer,
    image: running.image,
    imagePullPolicy: spec.image.pullPolicy,
    env: [...licence(spec), ...ownVariables, ...userVariables(spec)],
    ports: portsFor('servers', spec.edition).map(({ name, port }) => ({
      name,
      containerPort: port,
      protocol: 'TCP',
    })),
    resources: resourcesOf(spec),
    // A server opens its port as soon as it can be talked to, which may be long after its start: it may have to copy whole databases first.
    startupProbe: probe({ periodSeconds: 2, failureThreshold: 1800, timeoutSeconds: 2 }),
    readinessProbe: probe({ periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 5 }),
    // Generous, since a restart seldom helps and costs a voter meanwhile.
    livenessProbe: probe({ periodSeconds: 10, failureThreshold: 30, timeoutSeconds: 10 }),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'data', mountPath: directories.volume },
      { name: configVolume, mountPath: directories.rendered, readOnly: true },
      { name: 'bootstrap', mountPath: directories.bootstrap, readOnly: true },
    ],
  };
}

/** The name of the variable by which the licence is accepted. */
export const licenceVariable = 'NEO4J_ACCEPT_LICENSE_AGREEMENT';

const ownVariables: readonly EnvVar[] = [
  { name: 'NEO4J_AUTH_PATH', value: `${directories.bootstrap}/${authKey}` },
  { name: 'NEO4J_CONF', value: directories.rendered },
];

function licence({
  edition,
  acceptLicenseAgreement,
}: DefaultedNeo4jEnterpriseClusterSpec): readonly EnvVar[] {
  if (edition === 'community' || acceptLicenseAgreement === undefined) return [];
  return [{ name: licenceVariable, value: acceptLicenseAgreement === 'commercial' ? 'yes' : 'eval' }];
}

/** In the user's order, by which variables may refer to earlier ones. An empty value is none to the API server. */
function userVariables({ env = [] }: DefaultedNeo4jEnterpriseClusterSpec): readonly EnvVar[] {
  return env.map(({ name, value, valueFrom }) => ({
    name,
    ...(value === undefined || value === '' ? {} : { value }),
    ...(valueFrom === undefined ? {} : { valueFrom }),
  }));
}

function probe(timing: Readonly<Record<string, number>>): unknown {
  return { tcpSocket: { port: defaultPorts.bolt }, ...timing };
}
