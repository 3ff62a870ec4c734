// Validation of the spec of a pod, on its own or in a template.
import type { FieldCause } from '../api/failure.ts';
import { duplicate, invalidValue, notSupported, required } from '../schema/causes.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import {
  annotations,
  between,
  type Causes,
  labels,
  named,
  notNegative,
  oneOf,
  present,
  qualified,
  selector,
} from './checks.ts';
import { containersCauses } from './containers.ts';
import { recordAt, recordsAt, textAt } from './fields.ts';
import { volumesCauses } from './pod-volumes.ts';

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
  return [
    ...volumesCauses(`${path}.volumes`, recordsAt(spec, 'volumes')),
    ...(containers.length === 0
      ? [required(`${path}.containers`)]
      : containersCauses(`${path}.containers`, containers, { volumes, others: [], isInit: false })),
    ...containersCauses(`${path}.initContainers`, recordsAt(spec, 'initContainers'), {
      volumes,
      others: containers,
      isInit: true,
    }),
    ...oneOf(`${path}.restartPolicy`, spec['restartPolicy'], ['Always', 'OnFailure', 'Never']),
    ...oneOf(`${path}.dnsPolicy`, spec['dnsPolicy'], [
      'ClusterFirstWithHostNet',
      'ClusterFirst',
      'Default',
      'None',
    ]),
    ...notNegative(`${path}.terminationGracePeriodSeconds`, spec['terminationGracePeriodSeconds']),
    ...labels(`${path}.nodeSelector`, spec['nodeSelector']),
    ...['fsGroup', 'runAsUser', 'runAsGroup'].flatMap((field) =>
      between(`${path}.securityContext.${field}`, recordAt(spec, 'securityContext')[field], 0),
    ),
    ...affinityCauses(`${path}.affinity`, recordAt(spec, 'affinity')),
    ...(spec['dnsPolicy'] === 'None' && spec['dnsConfig'] === undefined
      ? [required(`${path}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None')]
      : []),
    ...spreadCauses(`${path}.topologySpreadConstraints`, recordsAt(spec, 'topologySpreadConstraints')),
    ...optionalName(`${path}.serviceAccountName`, spec, 'subdomain'),
    ...optionalName(`${path}.nodeName`, spec, 'subdomain'),
    ...between(`${path}.activeDeadlineSeconds`, spec['activeDeadlineSeconds'], 1),
    ...optionalName(`${path}.hostname`, spec, 'label'),
    ...optionalName(`${path}.subdomain`, spec, 'label'),
    ...tolerationsCauses(`${path}.tolerations`, recordsAt(spec, 'tolerations')),
    ...optionalName(`${path}.priorityClassName`, spec, 'subdomain'),
  ];
}

/** Tolerations, which DaemonSets and pods have. */
function tolerationsCauses(path: string, tolerations: readonly JsonRecord[]): Causes {
  return tolerations.flatMap((toleration, index) => {
    const at = `${path}[${index}]`;
    const key = textAt(toleration, 'key');
    const operator = textAt(toleration, 'operator');
    const causes: FieldCause[] = key === '' ? [] : [...qualified(`${at}.key`, key)];
    if (key === '' && operator !== 'Exists') {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      causes.push(invalidValue(`${at}.operator`, operator, detail));
    }
    if (toleration['tolerationSeconds'] !== undefined && toleration['effect'] !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      causes.push(invalidValue(`${at}.effect`, textAt(toleration, 'effect'), detail));
    }
    if (operator === 'Exists' && textAt(toleration, 'value') !== '') {
      const detail = "value must be empty when `operator` is 'Exists'";
      causes.push(invalidValue(`${at}.operator`, toleration['value'], detail));
    }
    causes.push(
      ...oneOf(`${at}.operator`, operator === '' ? undefined : operator, ['Equal', 'Exists']),
      ...oneOf(`${at}.effect`, toleration['effect'], ['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
    );
    return causes;
  });
}

function optionalName(path: string, spec: JsonRecord, rule: 'subdomain' | 'label'): Causes {
  const name = textAt(spec, path.slice(path.lastIndexOf('.') + 1));
  return name === '' ? [] : named(path, name, rule);
}

function affinityCauses(path: string, affinity: JsonRecord): Causes {
  const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
  const soft = 'preferredDuringSchedulingIgnoredDuringExecution';
  const causes: FieldCause[] = [];
  const nodes = recordAt(affinity, 'nodeAffinity');
  if (isRecord(nodes[hard])) {
    const at = `${path}.nodeAffinity.${hard}.nodeSelectorTerms`;
    const terms = recordsAt(nodes, hard, 'nodeSelectorTerms');
    if (terms.length === 0) causes.push(required(at, 'must have at least one node selector term'));
    causes.push(...terms.flatMap((term, index) => nodeTermCauses(`${at}[${index}]`, term)));
  }
  recordsAt(nodes, soft).forEach((preference, index) => {
    const at = `${path}.nodeAffinity.${soft}[${index}]`;
    causes.push(...weightCauses(at, preference));
    causes.push(...nodeTermCauses(`${at}.preference`, recordAt(preference, 'preference')));
  });
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    recordsAt(affinity, kind, hard).forEach((term, index) => {
      causes.push(...podTermCauses(`${path}.${kind}.${hard}[${index}]`, term));
    });
    recordsAt(affinity, kind, soft).forEach((weighted, index) => {
      const at = `${path}.${kind}.${soft}[${index}]`;
      causes.push(...weightCauses(at, weighted));
      causes.push(...podTermCauses(`${at}.podAffinityTerm`, recordAt(weighted, 'podAffinityTerm')));
    });
  }
  return causes;
}

function weightCauses(path: string, { weight }: JsonRecord): Causes {
  return Number(weight) < 1 || Number(weight) > 100
    ? [invalidValue(`${path}.weight`, weight, 'must be in the range 1-100')]
    : [];
}

function nodeTermCauses(path: string, term: JsonRecord): Causes {
  // Gt and Lt, which only these have, take one value.
  const expressions = recordsAt(term, 'matchExpressions').map((one) =>
    one['operator'] === 'Gt' || one['operator'] === 'Lt' ? { ...one, operator: 'In' } : one,
  );
  return selector(path, { matchExpressions: expressions });
}

function podTermCauses(path: string, term: JsonRecord): Causes {
  const key = textAt(term, 'topologyKey');
  return [
    ...selector(`${path}.labelSelector`, term['labelSelector']),
    ...present(`${path}.topologyKey`, key, 'can not be empty'),
    ...qualified(`${path}.topologyKey`, key),
  ];
}

function spreadCauses(path: string, constraints: readonly JsonRecord[]): Causes {
  const pairs = constraints.map(
    (one) => `{${textAt(one, 'topologyKey')}, ${textAt(one, 'whenUnsatisfiable')}}`,
  );
  return constraints.flatMap((constraint, index) => {
    const at = `${path}[${index}]`;
    const { maxSkew } = constraint;
    const key = textAt(constraint, 'topologyKey');
    const what = textAt(constraint, 'whenUnsatisfiable');
    const isRepeated = pairs.includes(pairs[index] ?? '', index + 1);
    return [
      ...(Number(maxSkew) > 0 ? [] : [invalidValue(`${at}.maxSkew`, maxSkew, 'must be greater than zero')]),
      ...(key === ''
        ? [required(`${at}.topologyKey`, 'can not be empty')]
        : qualified(`${at}.topologyKey`, key)),
      ...(what === 'DoNotSchedule' || what === 'ScheduleAnyway'
        ? []
        : [notSupported(`${at}.whenUnsatisfiable`, what, ['DoNotSchedule', 'ScheduleAnyway'])]),
      ...(isRepeated ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pairs[index])] : []),
      ...selector(`${at}.labelSelector`, constraint['labelSelector']),
    ];
  });
}
