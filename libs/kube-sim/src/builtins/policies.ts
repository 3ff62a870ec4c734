// Budgets, roles and bindings, network policies, autoscalers and webhooks.
import type { FieldCause } from '../api/failure.ts';
import type { Strategy } from '../api/resource.ts';
import { duplicate, forbidden, invalidValue, notSupported, required } from '../schema/causes.ts';
import { isCidr } from '../schema/formats.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import {
  type Causes,
  invalidStruct,
  named,
  numberOrPercent,
  oneOf,
  portOf,
  present,
  repeated,
  selector,
} from './checks.ts';
import { numberAt, recordAt, recordsAt, textAt, textsAt } from './fields.ts';
import { combined, isSame, specOf, withStatus } from './strategy-parts.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

/** Of PodDisruptionBudgets. */
export const budgetStrategy: Strategy = combined(
  withStatus({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
  {
    requiresVersionOnUpdate: true,
    validate: (budget) => {
      const {
        minAvailable,
        maxUnavailable,
        selector: given,
        unhealthyPodEvictionPolicy: policy,
      } = specOf(budget);
      const causes: FieldCause[] = [];
      if (minAvailable !== undefined && maxUnavailable !== undefined) {
        const shown = {
          MinAvailable: minAvailable,
          Selector: given ?? null,
          MaxUnavailable: maxUnavailable,
          UnhealthyPodEvictionPolicy: policy ?? null,
        };
        causes.push(invalidStruct('spec', shown, 'minAvailable and maxUnavailable cannot be both set'));
      }
      causes.push(
        ...numberOrPercent('spec.minAvailable', minAvailable, 100),
        ...numberOrPercent('spec.maxUnavailable', maxUnavailable, 100),
        ...selector('spec.selector', given),
        ...oneOf('spec.unhealthyPodEvictionPolicy', policy, ['AlwaysAllow', 'IfHealthyBudget']),
      );
      return causes;
    },
  },
);

function roleStrategyOf(isNamespaced: boolean): Strategy {
  return {
    ...rbac,
    validate: (role) =>
      recordsAt(role, 'rules').flatMap((rule, index) => ruleCauses(`rules[${index}]`, rule, isNamespaced)),
  };
}

const rbac: Strategy = { generationChanges: null, createOnUpdate: true, nameRule: 'path' };

/** Of Roles. */
export const roleStrategy: Strategy = roleStrategyOf(true);

/** Of ClusterRoles. */
export const clusterRoleStrategy: Strategy = roleStrategyOf(false);

/** Of RoleBindings. */
export const roleBindingStrategy: Strategy = bindingStrategyOf(['Role', 'ClusterRole']);

/** Of ClusterRoleBindings. */
export const clusterRoleBindingStrategy: Strategy = bindingStrategyOf(['ClusterRole']);

function ruleCauses(path: string, rule: JsonRecord, isNamespaced: boolean): Causes {
  const urls = textsAt(rule, 'nonResourceURLs');
  const isEmpty = (field: string): boolean => textsAt(rule, field).length === 0;
  const verbs = isEmpty('verbs') ? [required(`${path}.verbs`)] : [];
  if (urls.length > 0) {
    const detail = isNamespaced
      ? 'namespaced rules cannot apply to non-resource URLs'
      : 'rules cannot apply to both regular resources and non-resource URLs';
    const isWrong =
      isNamespaced || ['apiGroups', 'resources', 'resourceNames'].some((field) => !isEmpty(field));
    return [...verbs, ...(isWrong ? [invalidValue(`${path}.nonResourceURLs`, urls, detail)] : [])];
  }
  return [
    ...(isEmpty('apiGroups')
      ? [required(`${path}.apiGroups`, 'resource rules must supply at least one api group')]
      : []),
    ...(isEmpty('resources')
      ? [required(`${path}.resources`, 'resource rules must supply at least one resource')]
      : []),
    ...verbs,
  ];
}

function bindingStrategyOf(kinds: readonly string[]): Strategy {
  return {
    ...rbac,
    validate: (binding, old) => {
      const reference = recordAt(binding, 'roleRef');
      const { apiGroup: APIGroup, kind: Kind, name: Name } = reference;
      const causes: FieldCause[] = [
        ...oneOf('roleRef.apiGroup', APIGroup, [rbacGroup]),
        ...oneOf('roleRef.kind', Kind, kinds),
      ];
      recordsAt(binding, 'subjects').forEach((subject, index) => {
        causes.push(
          ...subjectCauses(`subjects[${index}]`, subject, textAt(binding, 'metadata', 'namespace') !== ''),
        );
      });
      causes.push(...present('roleRef.name', Name));
      if (old !== undefined && !isSame(binding, old, 'roleRef'))
        causes.push(invalidStruct('roleRef', { APIGroup, Kind, Name }, 'field is immutable'));
      return causes;
    },
  };
}

function subjectCauses(path: string, subject: JsonRecord, isNamespaced: boolean): Causes {
  const name = textAt(subject, 'name');
  const { kind, apiGroup } = subject;
  const isAccount = kind === 'ServiceAccount';
  if (!isAccount && kind !== 'User' && kind !== 'Group')
    return [
      ...present(`${path}.name`, name),
      notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']),
    ];
  if (!isAccount)
    return [...present(`${path}.name`, name), ...oneOf(`${path}.apiGroup`, apiGroup, [rbacGroup])];
  return [
    ...(name === '' ? [required(`${path}.name`)] : named(`${path}.name`, name, 'subdomain')),
    ...oneOf(`${path}.apiGroup`, apiGroup, ['']),
    ...(isNamespaced || textAt(subject, 'namespace') !== '' ? [] : [required(`${path}.namespace`)]),
  ];
}

/** Of NetworkPolicies. */
export const networkPolicyStrategy: Strategy = {
  validate: (policy) => {
    const spec = specOf(policy);
    return [
      ...selector('spec.podSelector', spec['podSelector']),
      ...recordsAt(spec, 'ingress').flatMap((rule, index) =>
        trafficCauses(`spec.ingress[${index}]`, rule, 'from'),
      ),
      ...recordsAt(spec, 'egress').flatMap((rule, index) =>
        trafficCauses(`spec.egress[${index}]`, rule, 'to'),
      ),
      ...textsAt(spec, 'policyTypes').flatMap((type, index) =>
        oneOf(`spec.policyTypes[${index}]`, type, ['Ingress', 'Egress']),
      ),
    ];
  },
};

function trafficCauses(path: string, rule: JsonRecord, side: 'from' | 'to'): Causes {
  return [
    ...recordsAt(rule, 'ports').flatMap((port, index) => {
      const at = `${path}.ports[${index}]`;
      return [
        ...oneOf(`${at}.protocol`, port['protocol'], ['TCP', 'UDP', 'SCTP']),
        ...(port['port'] === undefined ? [] : portOf(`${at}.port`, port['port'])),
        ...(port['endPort'] !== undefined && numberAt(port, 'endPort') < numberAt(port, 'port')
          ? [invalidValue(`${at}.endPort`, port['endPort'], 'must be greater than or equal to `port`')]
          : []),
      ];
    }),
    ...recordsAt(rule, side).flatMap((peer, index) => peerCauses(`${path}.${side}[${index}]`, peer)),
  ];
}

function peerCauses(path: string, peer: JsonRecord): Causes {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  const causes: FieldCause[] = [];
  if (ipBlock === undefined && podSelector === undefined && namespaceSelector === undefined)
    causes.push(required(path, 'must specify a peer'));
  causes.push(
    ...selector(`${path}.podSelector`, podSelector),
    ...selector(`${path}.namespaceSelector`, namespaceSelector),
  );
  if (!isRecord(ipBlock)) return causes;
  const cidr = textAt(ipBlock, 'cidr');
  if (!isCidr(cidr)) {
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
    causes.push(invalidValue(`${path}.ipBlock.cidr`, cidr, detail));
  }
  if (podSelector !== undefined || namespaceSelector !== undefined)
    causes.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return causes;
}

/** Of HorizontalPodAutoscalers. */
export const autoscalerStrategy: Strategy = combined(
  withStatus({ desiredReplicas: 0, currentMetrics: null }),
  {
    validate: (autoscaler) => {
      const spec = specOf(autoscaler);
      const target = recordAt(spec, 'scaleTargetRef');
      const version = textAt(target, 'apiVersion');
      const max = numberAt(spec, 'maxReplicas');
      return [
        ...(max < numberAt(spec, 'minReplicas')
          ? [invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')]
          : []),
        ...present('spec.scaleTargetRef.kind', target['kind']),
        ...present('spec.scaleTargetRef.name', target['name']),
        ...(version === ''
          ? [invalidValue('spec.scaleTargetRef.apiVersion', version, 'apiVersion must specify API group')]
          : []),
        ...present('spec.maxReplicas', max),
      ];
    },
  },
);

/** Of Ingresses. */
export const ingressStrategy: Strategy = withStatus({ loadBalancer: {} });

/** Of the two kinds of webhook configurations. */
export const webhookStrategy: Strategy = {
  requiresVersionOnUpdate: true,
  validate: (configuration) =>
    repeated(recordsAt(configuration, 'webhooks'), (hook) => textAt(hook, 'name')).map(([hook, index]) =>
      duplicate(`webhooks[${index}].name`, hook['name']),
    ),
};
