// The columns of the built-in kinds, as the real server prints them.
import type { SimObject } from '../api/object.ts';
import type { Column } from '../api/resource.ts';
import { numberAt, recordAt, recordsAt, textAt, textsAt } from '../builtins/fields.ts';
import { isRecord } from '../schema/json.ts';
import { ageOf, humanDuration } from './ages.ts';
import {
  scalar,
  fraction,
  accessModes,
  textList,
  someOf,
  endpointsText,
  nodeStatus,
  nodeRoles,
  nodeAddress,
  readinessGates,
  externalAddress,
  servicePorts,
  labelText,
  selectorText,
  jobStatus,
  jobCompletions,
  metricsText,
} from './cells.ts';
import { podCells } from './pod-cells.ts';

type Cell = Column['cell'];

/** `Name:type`, with a star for what is only shown with `-o wide`; the type is `string` unless said. */
function column(label: string, cell: Cell): Column {
  const [, name = '', type = 'string', wide] = /^([^:*]+)(?::(\w+))?(\*)?$/.exec(label) ?? [];
  return { name, type: type as Column['type'], ...(wide === undefined ? {} : { priority: 1 }), cell };
}

const text =
  (...path: readonly string[]): Cell =>
  (object) =>
    textAt(object, ...path);
const none = '<none>';
const unset = '<unset>';

/** The column that all kinds begin with. */
export const nameColumn: Column = { ...column('Name', text('metadata', 'name')), format: 'name' };
const age = column('Age', ({ metadata }, nowMs) => ageOf(metadata.creationTimestamp, nowMs));
const createdAt = column('Created At:date', ({ metadata }) => metadata.creationTimestamp);

/** Of kinds that say nothing else. */
export const plainColumns: readonly Column[] = [nameColumn, age];

const textOr =
  (otherwise: string, ...path: readonly string[]): Cell =>
  (object) =>
    textAt(object, ...path) || otherwise;
const number =
  (...path: readonly string[]): Cell =>
  (object) =>
    numberAt(object, ...path);
const countOf =
  (...path: readonly string[]): Cell =>
  (object) =>
    recordsAt(object, ...path).length;
const phase: Cell = (object) =>
  object.metadata.deletionTimestamp === undefined ? textAt(object, 'status', 'phase') : 'Terminating';

/** By `plural.group`, or the plural alone for the core group. */
export const builtinColumns: Readonly<Record<string, readonly Column[]>> = {
  configmaps: table(
    column('Data', (map) =>
      ['data', 'binaryData'].reduce((sum, field) => sum + Object.keys(recordAt(map, field)).length, 0),
    ),
  ),
  endpoints: table(column('Endpoints', endpointsText)),
  events: eventColumns('involvedObject', 'message'),
  'events.events.k8s.io': eventColumns('regarding', 'note'),
  namespaces: table(column('Status', text('status', 'phase'))),
  nodes: [
    nameColumn,
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    age,
    column('Version', text('status', 'nodeInfo', 'kubeletVersion')),
    column('Internal-IP*', nodeAddress('InternalIP')),
    column('External-IP*', nodeAddress('ExternalIP')),
    column('OS-Image*', textOr('<unknown>', 'status', 'nodeInfo', 'osImage')),
    column('Kernel-Version*', (node) => {
      const architecture = textAt(node, 'status', 'nodeInfo', 'architecture');
      const version = textAt(node, 'status', 'nodeInfo', 'kernelVersion') || '<unknown>';
      return architecture === '' ? version : `${version} (${architecture})`;
    }),
    column('Container-Runtime*', textOr('<unknown>', 'status', 'nodeInfo', 'containerRuntimeVersion')),
  ],
  persistentvolumeclaims: [
    nameColumn,
    column('Status', phase),
    column('Volume', text('spec', 'volumeName')),
    column('Capacity', (claim) =>
      textAt(claim, 'spec', 'volumeName') === '' ? '' : textAt(claim, 'status', 'capacity', 'storage') || '0',
    ),
    column('Access Modes', (claim) =>
      textAt(claim, 'spec', 'volumeName') === '' ? '' : accessModes(textsAt(claim, 'status', 'accessModes')),
    ),
    column('StorageClass', text('spec', 'storageClassName')),
    column('VolumeAttributesClass', textOr(unset, 'spec', 'volumeAttributesClassName')),
    age,
    column('VolumeMode*', textOr(unset, 'spec', 'volumeMode')),
  ],
  persistentvolumes: [
    nameColumn,
    column('Capacity', textOr('0', 'spec', 'capacity', 'storage')),
    column('Access Modes', (volume) => accessModes(textsAt(volume, 'spec', 'accessModes'))),
    column('Reclaim Policy', text('spec', 'persistentVolumeReclaimPolicy')),
    column('Status', phase),
    column('Claim', (volume) => {
      const claim = recordAt(volume, 'spec')['claimRef'];
      return isRecord(claim) ? `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}` : '';
    }),
    column('StorageClass', text('spec', 'storageClassName')),
    column('VolumeAttributesClass', textOr(unset, 'spec', 'volumeAttributesClassName')),
    column('Reason', text('status', 'reason')),
    age,
    column('VolumeMode*', textOr(unset, 'spec', 'volumeMode')),
  ],
  pods: [
    nameColumn,
    column('Ready', (pod, nowMs) => podCells(pod, nowMs).ready),
    column('Status', (pod, nowMs) => podCells(pod, nowMs).status),
    column('Restarts', (pod, nowMs) => podCells(pod, nowMs).restarts),
    age,
    column('IP*', (pod) => recordsAt(pod, 'status', 'podIPs')[0]?.['ip'] ?? none),
    column('Node*', textOr(none, 'spec', 'nodeName')),
    column('Nominated Node*', textOr(none, 'status', 'nominatedNodeName')),
    column('Readiness Gates*', readinessGates),
  ],
  secrets: table(
    column('Type', text('type')),
    column('Data', (secret) => Object.keys(recordAt(secret, 'data')).length),
  ),
  serviceaccounts: plainColumns,
  services: [
    nameColumn,
    column('Type', text('spec', 'type')),
    column('Cluster-IP', textOr(none, 'spec', 'clusterIP')),
    column('External-IP', externalAddress),
    column('Port(s)', servicePorts),
    age,
    column('Selector*', (service) => labelText(recordAt(service, 'spec', 'selector'))),
  ],
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': table(
    column('Webhooks:integer', countOf('webhooks')),
  ),
  'validatingwebhookconfigurations.admissionregistration.k8s.io': table(
    column('Webhooks:integer', countOf('webhooks')),
  ),
  'customresourcedefinitions.apiextensions.k8s.io': [
    nameColumn,
    column('Scope', text('spec', 'scope')),
    column('Versions', (crd) =>
      textList(
        recordsAt(crd, 'spec', 'versions')
          .filter(({ served }) => served === true)
          .map(({ name, storage }) => `${String(name)}${storage === true ? '(storage)' : ''}`),
      ),
    ),
    createdAt,
    column('Group*', text('spec', 'group')),
    column('Kind*', text('spec', 'names', 'kind')),
    column('ShortNames*', (crd) => textList(textsAt(crd, 'spec', 'names', 'shortNames'))),
    column('Established:boolean*', (crd) =>
      recordsAt(crd, 'status', 'conditions').some(
        (one) => one['type'] === 'Established' && one['status'] === 'True',
      ),
    ),
  ],
  'controllerrevisions.apps': table(
    column('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (owner === undefined) return none;
      const [group = ''] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : [''];
      return `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`;
    }),
    column('Revision', number('revision')),
  ),
  'daemonsets.apps': [
    nameColumn,
    column('Desired:integer', number('status', 'desiredNumberScheduled')),
    column('Current:integer', number('status', 'currentNumberScheduled')),
    column('Ready:integer', number('status', 'numberReady')),
    column('Up-to-date:integer', number('status', 'updatedNumberScheduled')),
    column('Available:integer', number('status', 'numberAvailable')),
    column('Node Selector', (set) => labelText(recordAt(set, 'spec', 'template', 'spec', 'nodeSelector'))),
    age,
    ...podColumns('spec', 'template'),
    column('Selector*', (set) => selectorText(recordAt(set, 'spec')['selector'])),
  ],
  'deployments.apps': [
    nameColumn,
    column('Ready', (deployment) => fraction(deployment, ['status', 'readyReplicas'], ['spec', 'replicas'])),
    column('Up-to-date', number('status', 'updatedReplicas')),
    column('Available', number('status', 'availableReplicas')),
    age,
    ...podColumns('spec', 'template'),
    column('Selector*', (deployment) => selectorText(recordAt(deployment, 'spec')['selector'])),
  ],
  'replicasets.apps': [
    nameColumn,
    column('Desired:integer', number('spec', 'replicas')),
    column('Current:integer', number('status', 'replicas')),
    column('Ready:integer', number('status', 'readyReplicas')),
    age,
    ...podColumns('spec', 'template'),
    column('Selector*', (set) => selectorText(recordAt(set, 'spec')['selector'])),
  ],
  'statefulsets.apps': [
    nameColumn,
    column('Ready', (set) => fraction(set, ['status', 'readyReplicas'], ['spec', 'replicas'])),
    age,
    ...podColumns('spec', 'template'),
  ],
  'horizontalpodautoscalers.autoscaling': table(
    column('Reference', (autoscaler) => {
      const target = recordAt(autoscaler, 'spec', 'scaleTargetRef');
      return `${textAt(target, 'kind')}/${textAt(target, 'name')}`;
    }),
    column('Targets', metricsText),
    column('MinPods', (autoscaler) => String(numberAt(autoscaler, 'spec', 'minReplicas'))),
    column('MaxPods', number('spec', 'maxReplicas')),
    column('Replicas', number('status', 'currentReplicas')),
  ),
  'cronjobs.batch': [
    nameColumn,
    column('Schedule', text('spec', 'schedule')),
    column('Timezone', textOr(none, 'spec', 'timeZone')),
    column('Suspend:boolean', (cronJob) =>
      recordAt(cronJob, 'spec')['suspend'] === true ? 'True' : 'False',
    ),
    column('Active:integer', countOf('status', 'active')),
    column('Last Schedule', (cronJob, nowMs) => {
      const at = recordAt(cronJob, 'status')['lastScheduleTime'];
      return at === undefined ? none : ageOf(at, nowMs);
    }),
    age,
    ...podColumns('spec', 'jobTemplate', 'spec', 'template'),
    column('Selector*', (cronJob) =>
      selectorText(recordAt(cronJob, 'spec', 'jobTemplate', 'spec')['selector']),
    ),
  ],
  'jobs.batch': [
    nameColumn,
    column('Status', jobStatus),
    column('Completions', jobCompletions),
    column('Duration', (job, nowMs) => {
      const [start, end] = ['startTime', 'completionTime'].map((field) => textAt(job, 'status', field));
      return start === ''
        ? ''
        : humanDuration((end === '' ? nowMs : Date.parse(end ?? '')) - Date.parse(start ?? ''));
    }),
    age,
    ...podColumns('spec', 'template'),
    column('Selector*', (job) => selectorText(recordAt(job, 'spec')['selector'])),
  ],
  'leases.coordination.k8s.io': table(column('Holder', text('spec', 'holderIdentity'))),
  'endpointslices.discovery.k8s.io': table(
    column('AddressType', text('addressType')),
    column('Ports', (slice) =>
      someOf(
        recordsAt(slice, 'ports').map((port) => scalar(port['port'], textAt(port, 'name') || '*')),
        unset,
      ),
    ),
    column('Endpoints', (slice) =>
      someOf(
        recordsAt(slice, 'endpoints').flatMap((endpoint) => textsAt(endpoint, 'addresses')),
        unset,
      ),
    ),
  ),
  'ingresses.networking.k8s.io': table(
    column('Class', textOr(none, 'spec', 'ingressClassName')),
    column('Hosts', (ingress) =>
      someOf(
        recordsAt(ingress, 'spec', 'rules').flatMap(({ host }) => (typeof host === 'string' ? [host] : [])),
        '*',
      ),
    ),
    column('Address', (ingress) =>
      recordsAt(ingress, 'status', 'loadBalancer', 'ingress')
        .map((one) => textAt(one, 'ip') || textAt(one, 'hostname'))
        .sort()
        .join(','),
    ),
    column('Ports', (ingress) => (recordsAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
  ),
  'networkpolicies.networking.k8s.io': table(
    column('Pod-Selector', (policy) => selectorText(recordAt(policy, 'spec')['podSelector'])),
  ),
  'poddisruptionbudgets.policy': table(
    column('Min Available', (budget) => scalar(recordAt(budget, 'spec')['minAvailable'], 'N/A')),
    column('Max Unavailable', (budget) => scalar(recordAt(budget, 'spec')['maxUnavailable'], 'N/A')),
    column('Allowed Disruptions:integer', number('status', 'disruptionsAllowed')),
  ),
  'clusterrolebindings.rbac.authorization.k8s.io': bindingColumns(),
  'clusterroles.rbac.authorization.k8s.io': [nameColumn, createdAt],
  'rolebindings.rbac.authorization.k8s.io': bindingColumns(),
  'roles.rbac.authorization.k8s.io': [nameColumn, createdAt],
  'priorityclasses.scheduling.k8s.io': [
    nameColumn,
    column('Value:integer', number('value')),
    column('Global-Default:boolean', (priorityClass) => priorityClass['globalDefault'] === true),
    age,
    column('PreemptionPolicy', text('preemptionPolicy')),
  ],
  'storageclasses.storage.k8s.io': [
    {
      ...nameColumn,
      cell: ({ metadata }) => {
        const isDefault = metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
        return isDefault ? `${metadata.name} (default)` : metadata.name;
      },
    },
    column('Provisioner', text('provisioner')),
    column('ReclaimPolicy', text('reclaimPolicy')),
    column('VolumeBindingMode', text('volumeBindingMode')),
    column('AllowVolumeExpansion', (storageClass) => storageClass['allowVolumeExpansion'] === true),
    age,
  ],
};

function table(...own: readonly Column[]): readonly Column[] {
  return [nameColumn, ...own, age];
}

function eventColumns(about: string, message: string): readonly Column[] {
  const isCore = about === 'involvedObject';
  const field = (name: string): string =>
    isCore ? name : `deprecated${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const firstSeen = (event: SimObject): unknown => event[field('firstTimestamp')] ?? event['eventTime'];
  return [
    column('Last Seen', (event, nowMs) =>
      ageOf(
        recordAt(event, 'series')['lastObservedTime'] ?? event[field('lastTimestamp')] ?? firstSeen(event),
        nowMs,
      ),
    ),
    column('Type', text('type')),
    column('Reason', text('reason')),
    column('Object', (event) => {
      const name = textAt(event, about, 'name');
      return `${textAt(event, about, 'kind').toLowerCase()}${name === '' ? '' : `/${name}`}`;
    }),
    column('Subobject*', text(about, 'fieldPath')),
    column('Source*', (event) => {
      const source = recordAt(event, field('source'));
      const component =
        textAt(source, 'component') || textAt(event, isCore ? 'reportingComponent' : 'reportingController');
      const instance = textAt(source, 'host') || textAt(event, 'reportingInstance');
      return instance === '' ? component : `${component}, ${instance}`;
    }),
    column('Message', (event) => textAt(event, message).trim()),
    column('First Seen*', (event, nowMs) => ageOf(firstSeen(event), nowMs)),
    column('Count*', (event) => numberAt(event, 'series', 'count') || numberAt(event, field('count')) || 1),
    { ...nameColumn, priority: 1 },
  ];
}

function podColumns(...template: readonly string[]): readonly Column[] {
  const each = (field: string) => (object: SimObject) =>
    recordsAt(object, ...template, 'spec', 'containers')
      .map((container) => textAt(container, field))
      .join(',');
  return [column('Containers*', each('name')), column('Images*', each('image'))];
}

function bindingColumns(): readonly Column[] {
  const subjects = (kind: string) => (binding: SimObject) =>
    recordsAt(binding, 'subjects')
      .filter((subject) => subject['kind'] === kind)
      .map((subject) =>
        kind === 'ServiceAccount'
          ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`
          : textAt(subject, 'name'),
      )
      .join(', ');
  return [
    nameColumn,
    column(
      'Role',
      (binding) => `${textAt(binding, 'roleRef', 'kind')}/${textAt(binding, 'roleRef', 'name')}`,
    ),
    age,
    column('Users*', subjects('User')),
    column('Groups*', subjects('Group')),
    column('ServiceAccounts*', subjects('ServiceAccount')),
  ];
}
