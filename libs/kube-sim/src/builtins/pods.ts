// Pods: what admission adds to them, and what may change later.
import { ApiFailure, type FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { Strategy, StrategyContext } from '../api/resource.ts';
import { forbidden, invalidValue } from '../schema/causes.ts';
import { copyJson, isRecord, isSameJson, type JsonRecord } from '../schema/json.ts';
import { ensure, fill, numberAt, recordAt, recordsAt, textAt } from './fields.ts';
import { podSpecCauses } from './pod-spec.ts';
import { keepAllButStatus, restore, selectable, specOf } from './strategy-parts.ts';

const nameLetters = 'bcdfghjklmnpqrstvwxz2456789';
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const systemPriorities: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};
const changeRule =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Of pods. */
export const podStrategy: Strategy = {
  prepareForCreate: (pod, context) => {
    admitServiceAccount(pod, context);
    admitTolerations(specOf(pod));
    admitPriority(pod, context);
    pod['status'] = { phase: 'Pending', qosClass: qualityOf(pod) };
  },
  prepareForUpdate: (next, old) => {
    restore(next, old, 'status');
    admitTolerations(specOf(next));
  },
  prepareForStatusUpdate: (next, old) => {
    keepAllButStatus(next, old);
    restore(next.metadata as unknown as JsonRecord, old.metadata as unknown as JsonRecord, 'ownerReferences');
    fill(ensure(next, 'status'), { qosClass: textAt(old, 'status', 'qosClass') || qualityOf(old) });
  },
  validate: (pod, old) => [
    ...podSpecCauses('spec', specOf(pod)),
    ...(old === undefined ? [] : changeCauses(specOf(pod), specOf(old))),
  ],
  // The spec is the old one, which has been looked at.
  validateStatusUpdate: () => [],
  // A pod that no node has seen, or that has ended, has nothing to end.
  gracePeriodSeconds: (pod) => {
    const phase = textAt(pod, 'status', 'phase');
    const isIdle = textAt(pod, 'spec', 'nodeName') === '' || phase === 'Succeeded' || phase === 'Failed';
    return isIdle ? 0 : numberAt(pod, 'spec', 'terminationGracePeriodSeconds');
  },
  returnsDeleted: true,
  selectableFields: {
    ...selectable(
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ),
    'spec.hostNetwork': (pod) => String(specOf(pod)['hostNetwork'] === true),
    'status.podIPs': (pod) =>
      recordsAt(pod, 'status', 'podIPs')
        .map(({ ip }) => String(ip))
        .join(','),
  },
};

function admitServiceAccount(pod: SimObject, { find, nowMs }: StrategyContext): void {
  const spec = ensure(pod, 'spec');
  const { namespace = '', name } = pod.metadata;
  const account = textAt(spec, 'serviceAccountName') || 'default';
  Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  const found = find({ group: '', plural: 'serviceaccounts' }, namespace, account);
  if (found === undefined) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    throw notAdmitted(name, why);
  }
  const mounts = spec['automountServiceAccountToken'] ?? found['automountServiceAccountToken'] ?? true;
  if (Array.isArray(found['imagePullSecrets']))
    fill(spec, { imagePullSecrets: copyJson(found['imagePullSecrets']) });
  if (mounts === true) mountToken(spec, `kube-api-access-${suffix(`${namespace}/${name}/${nowMs}`)}`);
}

function mountToken(spec: JsonRecord, volume: string): void {
  const containers = [...recordsAt(spec, 'containers'), ...recordsAt(spec, 'initContainers')].filter(
    (container) => recordsAt(container, 'volumeMounts').every(({ mountPath }) => mountPath !== tokenPath),
  );
  if (containers.length === 0) return;
  for (const container of containers) {
    const mount = { name: volume, readOnly: true, mountPath: tokenPath };
    container['volumeMounts'] = [...recordsAt(container, 'volumeMounts'), mount];
  }
  const namespaceField = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: namespaceField }] } },
  ];
  const token = { name: volume, projected: { sources, defaultMode: 0o644 } };
  spec['volumes'] = [...recordsAt(spec, 'volumes'), token];
}

/** Five letters that depend on nothing but the pod. */
function suffix(seed: string): string {
  let hash = 2_166_136_261;
  for (const letter of seed) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0;
  return Array.from({ length: 5 }, (_, at) => nameLetters[Math.floor(hash / 27 ** at) % 27]).join('');
}

function admitTolerations(spec: JsonRecord): void {
  const tolerations = recordsAt(spec, 'tolerations');
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter((key) =>
    tolerations.every(
      (one) =>
        ![key, '', undefined].includes(one['key'] as string | undefined) ||
        !['NoExecute', '', undefined].includes(one['effect'] as string | undefined),
    ),
  );
  if (missing.length === 0) return;
  const added = missing.map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  spec['tolerations'] = [...tolerations, ...added];
}

function admitPriority(pod: SimObject, context: StrategyContext): void {
  const spec = specOf(pod);
  const type = { group: 'scheduling.k8s.io', plural: 'priorityclasses' };
  const named = textAt(spec, 'priorityClassName');
  const globalDefault = context.list(type).find((one) => one['globalDefault'] === true)?.metadata.name;
  const name = named === '' ? (globalDefault ?? '') : named;
  const found = name === '' ? undefined : context.find(type, undefined, name);
  if (name !== '' && found === undefined && systemPriorities[name] === undefined)
    throw notAdmitted(pod.metadata.name, `no PriorityClass with name ${name} was found`);
  if (name !== '') spec['priorityClassName'] = name;
  spec['priority'] = found === undefined ? (systemPriorities[name] ?? 0) : numberAt(found, 'value');
  const policy = textAt(found ?? {}, 'preemptionPolicy') || 'PreemptLowerPriority';
  const given = textAt(spec, 'preemptionPolicy');
  if (given !== '' && given !== policy) {
    const why = `the string value of PreemptionPolicy (${given}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`;
    throw notAdmitted(pod.metadata.name, why);
  }
  spec['preemptionPolicy'] = policy;
}

function notAdmitted(name: string, why: string): ApiFailure {
  const details = { ...(name === '' ? {} : { name }), kind: 'pods' };
  return new ApiFailure(403, 'Forbidden', `pods ${JSON.stringify(name)} is forbidden: ${why}`, details);
}

function qualityOf(pod: JsonRecord): string {
  const spec = specOf(pod);
  const all = [...recordsAt(spec, 'containers'), ...recordsAt(spec, 'initContainers')];
  const amounts = all.map((container) => ({
    limits: recordAt(container, 'resources', 'limits'),
    requests: recordAt(container, 'resources', 'requests'),
  }));
  const kinds = ['cpu', 'memory'];
  if (
    amounts.every(({ limits, requests }) =>
      kinds.every((kind) => (limits[kind] ?? requests[kind]) === undefined),
    )
  )
    return 'BestEffort';
  const isGuaranteed = amounts.every(({ limits, requests }) =>
    kinds.every((kind) => limits[kind] !== undefined && limits[kind] === requests[kind]),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function changeCauses(next: JsonRecord, old: JsonRecord): readonly FieldCause[] {
  for (const list of ['containers', 'initContainers']) {
    if (recordsAt(next, list).length !== recordsAt(old, list).length)
      return [forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
  }
  const causes = deadlineCauses(next['activeDeadlineSeconds'], old['activeDeadlineSeconds']);
  const isSame = isSameJson(comparable(next, old), comparable(old, old));
  return causes.length > 0 || isSame ? causes : [forbidden('spec', changeRule)];
}

/** A pod may be given less time, not more. */
function deadlineCauses(next: unknown, old: unknown): readonly FieldCause[] {
  const field = 'spec.activeDeadlineSeconds';
  if (old === undefined || Number(next) <= Number(old)) return [];
  return next === undefined
    ? [invalidValue(field, null, 'must not update from a positive integer to nil value')]
    : [invalidValue(field, next, 'must be less than or equal to previous value')];
}

/** The spec without what may change. */
function comparable(spec: JsonRecord, old: JsonRecord): JsonRecord {
  const { tolerations, ...rest } = copyJson(spec);
  Reflect.deleteProperty(rest, 'activeDeadlineSeconds');
  for (const container of [...recordsAt(rest, 'containers'), ...recordsAt(rest, 'initContainers')])
    Reflect.deleteProperty(container, 'image');
  const given = Array.isArray(tolerations) ? tolerations.filter(isRecord) : [];
  const kept = recordsAt(old, 'tolerations').filter((one) => given.some((other) => isSameJson(one, other)));
  return { ...rest, tolerations: kept };
}
