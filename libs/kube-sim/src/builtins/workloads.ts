// StatefulSets, Deployments, DaemonSets, ReplicaSets and their revisions.
import type { FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { Strategy } from '../api/resource.ts';
import { forbidden, invalidValue, required } from '../schema/causes.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import {
  type Causes,
  immutable,
  invalidStruct,
  named,
  notNegative,
  numberOrPercent,
  oneOf,
  selector,
  selects,
} from './checks.ts';
import { numberAt, recordAt, recordsAt, textAt } from './fields.ts';
import { podTemplateCauses } from './pod-spec.ts';
import { combined, isSame, specOf, withStatus } from './strategy-parts.ts';
import { claimSpecCauses } from './volumes.ts';

const noMatch = '`selector` does not match template `labels`';
const templateGeneration = 'deprecated.daemonset.template.generation';

/** The template of a workload: that the selector takes its pods, which run for ever. */
export function templateCauses(spec: JsonRecord, selectorCauses: Causes, kind: string): Causes {
  const template = recordAt(spec, 'template');
  const podSpec = recordAt(template, 'spec');
  const policy = textAt(podSpec, 'restartPolicy');
  // The claims of a StatefulSet are volumes of its pods.
  const checked = { ...template, spec: { ...podSpec, volumeClaimTemplates: spec['volumeClaimTemplates'] } };
  return [
    ...(selectorCauses.length > 0 ? [] : matchCauses(spec)),
    ...podTemplateCauses('spec.template', checked),
    ...(policy === 'Always' || policy === ''
      ? []
      : oneOf('spec.template.spec.restartPolicy', policy, ['Always'])),
    ...(podSpec['activeDeadlineSeconds'] === undefined
      ? []
      : [
          forbidden(
            'spec.template.spec.activeDeadlineSeconds',
            `activeDeadlineSeconds in ${kind} is not Supported`,
          ),
        ]),
  ];
}

/** That the selector takes the labels of the template. */
export function matchCauses(spec: JsonRecord): Causes {
  const labels = recordAt(spec, 'template', 'metadata')['labels'];
  return selects(spec['selector'], isRecord(labels) ? labels : {})
    ? []
    : [invalidValue('spec.template.metadata.labels', labels ?? null, noMatch)];
}

function workload(
  kind: string,
  initial: JsonRecord,
  validate: (spec: JsonRecord, object: SimObject) => Causes,
): Strategy {
  return combined(withStatus(initial), {
    validate: (object, old) => {
      const spec = specOf(object);
      const selectorCauses = selectorOf(spec, kind);
      return [
        ...validate(spec, object),
        ...selectorCauses,
        ...templateCauses(
          spec,
          selectorCauses.filter(({ field }) => field !== 'spec.selector' || isRecord(spec['selector'])),
          kind,
        ),
        ...(old === undefined ? [] : immutable('spec.selector', spec['selector'], specOf(old)['selector'])),
      ];
    },
  });
}

function selectorOf(spec: JsonRecord, kind: string): Causes {
  const { selector: given } = spec;
  if (!isRecord(given)) return [required('spec.selector')];
  const causes = selector('spec.selector', given);
  const isEmpty =
    Object.keys(recordAt(given, 'matchLabels')).length + recordsAt(given, 'matchExpressions').length === 0;
  if (isEmpty)
    return [invalidValue('spec.selector', given, `empty selector is invalid for ${kind.toLowerCase()}`)];
  if (causes.length === 0 || kind !== 'StatefulSet') return causes;
  // Of a selector that cannot be read it says no more.
  return [...causes, invalidStruct('spec.selector', given, '')];
}

const stateful = workload('StatefulSet', { replicas: 0, availableReplicas: 0 }, (spec) => {
  const strategy = recordAt(spec, 'updateStrategy');
  const rolling = strategy['rollingUpdate'];
  const policy = textAt(spec, 'podManagementPolicy');
  const retention = recordAt(spec, 'persistentVolumeClaimRetentionPolicy');
  const causes: FieldCause[] = [];
  if (policy !== 'OrderedReady' && policy !== 'Parallel')
    causes.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  if (strategy['type'] === 'OnDelete' && isRecord(rolling)) {
    const shown = { Partition: rolling['partition'] ?? 0, MaxUnavailable: rolling['maxUnavailable'] ?? null };
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    causes.push(invalidStruct('spec.updateStrategy.rollingUpdate', shown, detail));
  } else if (strategy['type'] !== 'OnDelete' && strategy['type'] !== 'RollingUpdate') {
    const shown = { Type: strategy['type'], RollingUpdate: null };
    causes.push(invalidStruct('spec.updateStrategy', shown, "must be 'RollingUpdate' or 'OnDelete'"));
  } else if (isRecord(rolling)) {
    const { maxUnavailable } = rolling;
    causes.push(
      ...notNegative('spec.updateStrategy.rollingUpdate.partition', rolling['partition']),
      ...numberOrPercent('spec.updateStrategy.rollingUpdate.maxUnavailable', maxUnavailable, 100),
    );
    if (maxUnavailable === 0 || maxUnavailable === '0%')
      causes.push(
        invalidValue('spec.updateStrategy.rollingUpdate.maxUnavailable', maxUnavailable, 'cannot be 0'),
      );
  }
  for (const field of ['whenDeleted', 'whenScaled']) {
    const path = `spec.persistentVolumeClaimRetentionPolicy.${field}`;
    causes.push(...oneOf(path, retention[field], ['Retain', 'Delete']));
  }
  const serviceName = textAt(spec, 'serviceName');
  causes.push(
    ...notNegative('spec.replicas', spec['replicas']),
    ...notNegative('spec.minReadySeconds', spec['minReadySeconds']),
    ...notNegative('spec.ordinals.start', recordAt(spec, 'ordinals')['start']),
    ...(serviceName === '' ? [] : named('spec.serviceName', serviceName, 'label')),
    ...recordsAt(spec, 'volumeClaimTemplates').flatMap((claim, index) =>
      claimSpecCauses(`spec.volumeClaimTemplates[${index}].spec`, specOf(claim)),
    ),
  );
  return causes;
});

/** Of StatefulSets. */
export const statefulSetStrategy: Strategy = combined(stateful, {
  nameRule: 'label',
  validate: (object, old) =>
    old === undefined
      ? []
      : ['serviceName', 'podManagementPolicy', 'volumeClaimTemplates'].flatMap((field) =>
          immutable(`spec.${field}`, specOf(object)[field], specOf(old)[field]),
        ),
  validateStatusUpdate: (object) => {
    const status = recordAt(object, 'status');
    const replicas = numberAt(status, 'replicas');
    return ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'].flatMap(
      (field) => {
        const [path, count] = [`status.${field}`, numberAt(status, field)];
        return [
          ...notNegative(path, count),
          ...(count > replicas ? [invalidValue(path, count, 'cannot be greater than status.replicas')] : []),
        ];
      },
    );
  },
});

/** Of Deployments. */
export const deploymentStrategy: Strategy = workload('Deployment', {}, (spec) => {
  const strategy = recordAt(spec, 'strategy');
  const rolling = recordAt(strategy, 'rollingUpdate');
  const { maxUnavailable, maxSurge } = rolling;
  const { type } = strategy;
  const at = 'spec.strategy.rollingUpdate';
  const isNone = (value: unknown): boolean => value === 0 || value === '0%';
  const ready = Number(spec['minReadySeconds'] ?? 0);
  return [
    ...notNegative('spec.replicas', spec['replicas']),
    ...(type === 'Recreate' && strategy['rollingUpdate'] !== undefined
      ? [forbidden(at, "may not be specified when strategy `type` is 'Recreate'")]
      : []),
    ...(type === 'Recreate' || type === 'RollingUpdate' ? [] : [unknownStrategy(type)]),
    ...numberOrPercent(`${at}.maxUnavailable`, maxUnavailable, 100),
    ...numberOrPercent(`${at}.maxSurge`, maxSurge),
    ...(isNone(maxUnavailable) && isNone(maxSurge)
      ? [invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...notNegative('spec.minReadySeconds', spec['minReadySeconds']),
    ...notNegative('spec.revisionHistoryLimit', spec['revisionHistoryLimit']),
    ...(Number(spec['progressDeadlineSeconds']) <= ready
      ? [
          invalidValue(
            'spec.progressDeadlineSeconds',
            spec['progressDeadlineSeconds'],
            'must be greater than minReadySeconds',
          ),
        ]
      : []),
  ];
});

function unknownStrategy(type: unknown): FieldCause {
  const shown = JSON.stringify({ Type: type, RollingUpdate: null });
  const message = `Unsupported value: ${shown}: supported values: "Recreate", "RollingUpdate"`;
  return { reason: 'FieldValueNotSupported', message, field: 'spec.strategy' };
}

/** Of ReplicaSets. */
export const replicaSetStrategy: Strategy = workload('ReplicaSet', { replicas: 0 }, (spec) => [
  ...notNegative('spec.replicas', spec['replicas']),
  ...notNegative('spec.minReadySeconds', spec['minReadySeconds']),
]);

const daemonStatus = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};

/** Of DaemonSets; an old counter of changes of their template is kept in an annotation. */
export const daemonSetStrategy: Strategy = combined(
  workload('DaemonSet', daemonStatus, (spec) => notNegative('spec.minReadySeconds', spec['minReadySeconds'])),
  {
    prepareForCreate: (object) => {
      countTemplate(object, 1);
    },
    prepareForUpdate: (next, old) => {
      const before = Number(old.metadata.annotations?.[templateGeneration] ?? 0);
      countTemplate(next, isSame(next, old, 'spec', 'template') ? before : before + 1);
    },
  },
);

function countTemplate(object: SimObject, generation: number): void {
  object.metadata.annotations = { ...object.metadata.annotations, [templateGeneration]: String(generation) };
}

/** Of ControllerRevisions. */
export const controllerRevisionStrategy: Strategy = {
  generationChanges: null,
  validate: (object, old) => [
    ...(isRecord(object['data']) ? [] : [required('data', 'data is mandatory')]),
    ...notNegative('revision', object['revision']),
    ...(old === undefined ? [] : immutable('data', object['data'], old['data'])),
  ],
};
