// The defaults of built-in kinds, struct by struct, as the server fills them in when it decodes. They run from the inside outwards.
import { isRecord, type JsonRecord, setField } from '../schema/json.ts';
import { ensure, fill, numberAt, recordAt, recordsAt, textAt } from './fields.ts';
import { canonicalQuantity, quantityNanos } from './quantity.ts';
import type { StructDefaults } from './typed.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

const podDefaults: StructDefaults = {
  'core.v1.Pod': pod,
  'core.v1.PodSpec': (spec) => {
    const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount');
    if (account !== '') Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
    fill(spec, {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
    });
  },
  'core.v1.Container': container,
  'core.v1.EphemeralContainer': container,
  'core.v1.ContainerPort': (port) => {
    fill(port, { protocol: 'TCP' });
  },
  'core.v1.Probe': (probe) => {
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  },
  'core.v1.HTTPGetAction': (action) => {
    fill(action, { path: '/', scheme: 'HTTP' });
  },
  'core.v1.GRPCAction': (action) => {
    fill(action, { service: '' });
  },
  'core.v1.ObjectFieldSelector': (selector) => {
    fill(selector, { apiVersion: 'v1' });
  },
  'core.v1.Volume': (volume) => {
    if (Object.keys(volume).length === 1) volume['emptyDir'] = {};
    const image = volume['image'];
    if (isRecord(image)) fill(image, { pullPolicy: pullPolicy(textAt(image, 'reference')) });
  },
  'core.v1.SecretVolumeSource': withMode,
  'core.v1.ConfigMapVolumeSource': withMode,
  'core.v1.DownwardAPIVolumeSource': withMode,
  'core.v1.ProjectedVolumeSource': withMode,
  'core.v1.ServiceAccountTokenProjection': (projection) => {
    fill(projection, { expirationSeconds: 3600 });
  },
  'core.v1.HostPathVolumeSource': (source) => {
    fill(source, { type: '' });
  },
  'core.v1.PodStatus': (status) => {
    const ip = textAt(status, 'podIP');
    const [first] = recordsAt(status, 'podIPs');
    if (ip === '' && first !== undefined) status['podIP'] = first['ip'];
    else if (ip !== '' && first?.['ip'] !== ip) status['podIPs'] = [{ ip }];
  },
  'core.v1.ResourceRequirements': (resources) => {
    for (const list of ['limits', 'requests']) roundToMilli(recordAt(resources, list));
  },
  'core.v1.VolumeResourceRequirements': (resources) => {
    for (const list of ['limits', 'requests']) roundToMilli(recordAt(resources, list));
  },
};

const coreDefaults: StructDefaults = {
  'core.v1.Namespace': (namespace) => {
    const name = textAt(namespace, 'metadata', 'name');
    if (name !== '') ensure(ensure(namespace, 'metadata'), 'labels')['kubernetes.io/metadata.name'] = name;
    fill(ensure(namespace, 'status'), { phase: 'Active' });
  },
  'core.v1.NodeStatus': (status) => {
    const { capacity } = status;
    if (isRecord(capacity)) fill(status, { allocatable: { ...capacity } });
  },
  'core.v1.PersistentVolume': (volume) => {
    fill(ensure(volume, 'status'), { phase: 'Pending' });
    fill(ensure(volume, 'spec'), {
      persistentVolumeReclaimPolicy: 'Retain',
      volumeMode: 'Filesystem',
    });
  },
  'core.v1.PersistentVolumeSpec': (spec) => {
    roundToMilli(recordAt(spec, 'capacity'));
  },
  'core.v1.PersistentVolumeClaim': (claim) => {
    fill(ensure(claim, 'status'), { phase: 'Pending' });
  },
  'core.v1.PersistentVolumeClaimSpec': (spec) => {
    fill(spec, { volumeMode: 'Filesystem' });
  },
  'core.v1.Secret': (secret) => {
    fill(secret, { type: 'Opaque' });
    const { stringData } = secret;
    if (!isRecord(stringData)) return;
    Reflect.deleteProperty(secret, 'stringData');
    const data = ensure(secret, 'data');
    for (const [key, text] of Object.entries(stringData))
      setField(data, key, Buffer.from(String(text)).toString('base64'));
  },
  'core.v1.Service': service,
  'core.v1.EndpointPort': (port) => {
    fill(port, { protocol: 'TCP' });
  },
};

const workloadDefaults: StructDefaults = {
  'apps.v1.DaemonSet': (set) => {
    const spec = ensure(set, 'spec');
    const strategy = ensure(spec, 'updateStrategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] === 'RollingUpdate')
      fill(ensure(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
    fill(spec, { revisionHistoryLimit: 10 });
  },
  'apps.v1.Deployment': (deployment) => {
    const spec = ensure(deployment, 'spec');
    const strategy = ensure(spec, 'strategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] === 'RollingUpdate')
      fill(ensure(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  },
  'apps.v1.ReplicaSet': (set) => {
    fill(ensure(set, 'spec'), { replicas: 1 });
  },
  'apps.v1.StatefulSet': (set) => {
    const spec = ensure(set, 'spec');
    const strategy = ensure(spec, 'updateStrategy');
    if (strategy['type'] === undefined) fill(strategy, { type: 'RollingUpdate', rollingUpdate: {} });
    if (strategy['type'] === 'RollingUpdate' && isRecord(strategy['rollingUpdate']))
      fill(strategy['rollingUpdate'], { partition: 0, maxUnavailable: 1 });
    fill(ensure(spec, 'persistentVolumeClaimRetentionPolicy'), {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    for (const claim of recordsAt(spec, 'volumeClaimTemplates'))
      fill(claim, { kind: 'PersistentVolumeClaim', apiVersion: 'v1' });
    fill(spec, { podManagementPolicy: 'OrderedReady', replicas: 1, revisionHistoryLimit: 10 });
  },
  'batch.v1.Job': job,
  'batch.v1.CronJob': (cronJob) => {
    fill(ensure(cronJob, 'spec'), {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
  },
  'batch.v1.PodFailurePolicyOnPodConditionsPattern': (pattern) => {
    fill(pattern, { status: 'True' });
  },
  'autoscaling.v2.HorizontalPodAutoscaler': autoscaler,
};

const otherDefaults: StructDefaults = {
  'rbac.v1.ClusterRoleBinding': (binding) => {
    fill(ensure(binding, 'roleRef'), { apiGroup: rbacGroup });
  },
  'rbac.v1.RoleBinding': (binding) => {
    fill(ensure(binding, 'roleRef'), { apiGroup: rbacGroup });
  },
  'rbac.v1.Subject': (subject) => {
    if (subject['kind'] === 'User' || subject['kind'] === 'Group') fill(subject, { apiGroup: rbacGroup });
  },
  'networking.v1.NetworkPolicyPort': (port) => {
    fill(port, { protocol: 'TCP' });
  },
  'networking.v1.NetworkPolicy': (policy) => {
    const spec = ensure(policy, 'spec');
    const egress = recordsAt(spec, 'egress').length > 0 ? ['Egress'] : [];
    fill(spec, { policyTypes: ['Ingress', ...egress] });
  },
  'discovery.v1.EndpointPort': (port) => {
    fill(port, { name: '', protocol: 'TCP' });
  },
  'storage.v1.StorageClass': (storageClass) => {
    fill(storageClass, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  },
  'scheduling.v1.PriorityClass': (priorityClass) => {
    fill(priorityClass, { preemptionPolicy: 'PreemptLowerPriority' });
  },
  'admissionregistration.v1.ValidatingWebhook': webhook,
  'admissionregistration.v1.MutatingWebhook': (hook) => {
    webhook(hook);
    fill(hook, { reinvocationPolicy: 'Never' });
  },
  'admissionregistration.v1.RuleWithOperations': (rule) => {
    fill(rule, { scope: '*' });
  },
  'admissionregistration.v1.ServiceReference': (reference) => {
    fill(reference, { port: 443 });
  },
};

/** Of all structs that have some. */
export const structDefaults: StructDefaults = {
  ...podDefaults,
  ...coreDefaults,
  ...workloadDefaults,
  ...otherDefaults,
};

function pod(object: JsonRecord): void {
  const spec = ensure(object, 'spec');
  if (numberAt(spec, 'terminationGracePeriodSeconds') < 0) spec['terminationGracePeriodSeconds'] = 1;
  for (const each of [...recordsAt(spec, 'containers'), ...recordsAt(spec, 'initContainers')]) {
    const resources = recordAt(each, 'resources');
    if (isRecord(resources['limits'])) fill(ensure(resources, 'requests'), resources['limits']);
    if (spec['hostNetwork'] !== true) continue;
    for (const port of recordsAt(each, 'ports')) fill(port, { hostPort: port['containerPort'] });
  }
  fill(spec, { enableServiceLinks: true });
}

function container(object: JsonRecord): void {
  fill(object, {
    imagePullPolicy: pullPolicy(textAt(object, 'image')),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
}

/** An image without a tag is the latest, unless it has a digest. */
function pullPolicy(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const isLatest = !name.includes('@') && (name.endsWith(':latest') || (name !== '' && !name.includes(':')));
  return isLatest ? 'Always' : 'IfNotPresent';
}

function withMode(source: JsonRecord): void {
  fill(source, { defaultMode: 0o644 });
}

function roundToMilli(list: JsonRecord): void {
  const milli = 1_000_000n;
  for (const [name, value] of Object.entries(list)) {
    const nanos = /[nu.eE]/.test(String(value)) ? quantityNanos(String(value)) : undefined;
    if (nanos === undefined || nanos % milli === 0n) continue;
    list[name] = canonicalQuantity(`${(nanos + milli - 1n) / milli}m`);
  }
}

function service(object: JsonRecord): void {
  const spec = ensure(object, 'spec');
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec['sessionAffinity'] === 'None') Reflect.deleteProperty(spec, 'sessionAffinityConfig');
  if (spec['sessionAffinity'] === 'ClientIP')
    fill(ensure(ensure(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10_800 });
  for (const port of recordsAt(spec, 'ports')) {
    fill(port, { protocol: 'TCP' });
    if (port['targetPort'] === 0 || port['targetPort'] === '') port['targetPort'] = port['port'];
    fill(port, { targetPort: port['port'] });
  }
  const { type } = spec;
  const isExternal = type === 'NodePort' || type === 'LoadBalancer';
  if (isExternal || (type === 'ClusterIP' && Array.isArray(spec['externalIPs'])))
    fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (isExternal || type === 'ClusterIP') fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (type !== 'LoadBalancer') return;
  fill(spec, { allocateLoadBalancerNodePorts: true });
  for (const ingress of recordsAt(object, 'status', 'loadBalancer', 'ingress'))
    if (textAt(ingress, 'ip') !== '') fill(ingress, { ipMode: 'VIP' });
}

function job(object: JsonRecord): void {
  const spec = ensure(object, 'spec');
  if (spec['parallelism'] === undefined) fill(spec, { completions: 1 });
  const labels = recordAt(spec, 'template', 'metadata')['labels'];
  const metadata = ensure(object, 'metadata');
  if (isRecord(labels)) fill(metadata, { labels: { ...labels } });
  fill(spec, {
    parallelism: 1,
    backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : 2 ** 31 - 1,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
}

function autoscaler(object: JsonRecord): void {
  const spec = ensure(object, 'spec');
  const target = { type: 'Utilization', averageUtilization: 80 };
  fill(spec, { minReplicas: 1, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] });
  const { behavior } = spec;
  if (!isRecord(behavior)) return;
  const percent = { type: 'Percent', value: 100, periodSeconds: 15 };
  fill(ensure(behavior, 'scaleUp'), {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent],
  });
  fill(ensure(behavior, 'scaleDown'), { selectPolicy: 'Max', policies: [percent] });
}

function webhook(hook: JsonRecord): void {
  fill(hook, {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
  });
}
