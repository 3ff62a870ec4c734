// Validation of the spec of a pod, on its own or in a template.
import { duplicate, invalidValue, required } from '../schema/causes.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import { annotations, type Causes, labels, qualified, selector } from './checks.ts';
import { containersCauses } from './containers.ts';
import { recordAt, recordsAt, textAt } from './fields.ts';
import { volumesCauses } from './pod-volumes.ts';
import { all, among, atLeastZero, each, fields, must, nameOf, type Rule, within } from './rules.ts';

/** A template: labels, annotations and the spec. */
export function podTemplateCauses(path: string, template: JsonRecord): Causes {
  return [
    ...labels(`${path}.labels`, recordAt(template, 'metadata')['labels']),
    ...annotations(`${path}.annotations`, recordAt(template, 'metadata')['annotations']),
    ...podSpecCauses(`${path}.spec`, recordAt(template, 'spec')),
  ];
}

/** The spec of a pod. */
export function podSpecCauses(path: string, spec: JsonRecord): Causes {
  const volumes = new Set(recordsAt(spec, 'volumes').map((volume) => textAt(volume, 'name')));
  for (const claim of recordsAt(spec, 'volumeClaimTemplates')) volumes.add(textAt(claim, 'metadata', 'name'));
  const containers = recordsAt(spec, 'containers');
  const init = recordsAt(spec, 'initContainers');
  return [
    ...volumesCauses(`${path}.volumes`, recordsAt(spec, 'volumes')),
    ...(containers.length === 0
      ? [required(`${path}.containers`)]
      : containersCauses(`${path}.containers`, containers, { volumes, others: [], isInit: false })),
    ...containersCauses(`${path}.initContainers`, init, { volumes, others: containers, isInit: true }),
    ...others(path, spec, {}),
  ];
}

const matching: Rule = (path, value) => selector(path, value);
const labelKey: Rule = (path, value) => (typeof value === 'string' ? qualified(path, value) : []);

const tolerations = each((path, value) => {
  const {
    key = '',
    operator = '',
    value: wanted = '',
    effect,
    tolerationSeconds,
  } = isRecord(value) ? value : {};
  const mustExist =
    'operator must be Exists when `key` is empty, which means "match all values and all keys"';
  return [
    ...(key === '' ? [] : labelKey(`${path}.key`, key, {})),
    ...(key === '' && operator !== 'Exists' ? [invalidValue(`${path}.operator`, operator, mustExist)] : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? [
          invalidValue(
            `${path}.effect`,
            effect ?? '',
            "effect must be 'NoExecute' when `tolerationSeconds` is set",
          ),
        ]
      : []),
    ...(operator === 'Exists' && wanted !== ''
      ? [invalidValue(`${path}.operator`, wanted, "value must be empty when `operator` is 'Exists'")]
      : []),
    ...(operator === '' ? [] : among('Equal', 'Exists')(`${path}.operator`, operator, {})),
    ...among('NoSchedule', 'PreferNoSchedule', 'NoExecute')(`${path}.effect`, effect, {}),
  ];
});

const weight: Rule = (path, value) =>
  Number(value) < 1 || Number(value) > 100 ? [invalidValue(path, value, 'must be in the range 1-100')] : [];

/** Gt and Lt, which only these have, take one value. */
const nodeTerm: Rule = (path, term) => {
  const expressions = recordsAt(isRecord(term) ? term : {}, 'matchExpressions');
  const known = expressions.map((one) =>
    /^[GL]t$/.test(textAt(one, 'operator')) ? { ...one, operator: 'In' } : one,
  );
  return selector(path, { matchExpressions: known });
};

const podTerm = fields({ labelSelector: matching, topologyKey: all(must('can not be empty'), labelKey) });

const podAffinity = fields({
  requiredDuringSchedulingIgnoredDuringExecution: each(podTerm),
  preferredDuringSchedulingIgnoredDuringExecution: each(fields({ weight, podAffinityTerm: podTerm })),
});

const affinity = fields({
  nodeAffinity: fields({
    requiredDuringSchedulingIgnoredDuringExecution: fields({
      nodeSelectorTerms: all(each(nodeTerm), (path, terms) =>
        Array.isArray(terms) ? [] : [required(path, 'must have at least one node selector term')],
      ),
    }),
    preferredDuringSchedulingIgnoredDuringExecution: each(fields({ weight, preference: nodeTerm })),
  }),
  podAffinity,
  podAntiAffinity: podAffinity,
});

const spread: Rule = (path, list, parent) => {
  const pairs = (Array.isArray(list) ? list.filter(isRecord) : []).map(
    (one) => `{${textAt(one, 'topologyKey')}, ${textAt(one, 'whenUnsatisfiable')}}`,
  );
  return [
    ...each(constraint)(path, list, parent),
    ...pairs.flatMap((pair, index) =>
      pairs.includes(pair, index + 1)
        ? [duplicate(`${path}[${index}].{topologyKey, whenUnsatisfiable}`, pair)]
        : [],
    ),
  ];
};

const constraint = fields({
  maxSkew: (path, value) =>
    Number(value) > 0 ? [] : [invalidValue(path, value, 'must be greater than zero')],
  topologyKey: (path, key) => (key === '' ? [required(path, 'can not be empty')] : labelKey(path, key, {})),
  whenUnsatisfiable: among('DoNotSchedule', 'ScheduleAnyway'),
  labelSelector: matching,
});

/** What is not about volumes and containers, in the order in which the server looks at it. */
const others = fields({
  restartPolicy: among('Always', 'OnFailure', 'Never'),
  dnsPolicy: among('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'),
  terminationGracePeriodSeconds: atLeastZero,
  nodeSelector: labels,
  securityContext: fields({ fsGroup: within(0), runAsUser: within(0), runAsGroup: within(0) }),
  affinity,
  dnsConfig: (path, value, { dnsPolicy }) =>
    dnsPolicy === 'None' && value === undefined
      ? [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
      : [],
  topologySpreadConstraints: spread,
  serviceAccountName: nameOf('subdomain'),
  nodeName: nameOf('subdomain'),
  activeDeadlineSeconds: within(1),
  hostname: nameOf('label'),
  subdomain: nameOf('label'),
  tolerations,
  priorityClassName: nameOf('subdomain'),
});
