// The pods of a Job.
import type { SimObject } from '../../api/object.ts';
import { controllerReference } from '../pods.ts';
import { indexAnnotation, specOf, trackingFinalizer } from './spec.ts';

const indexEnv = 'JOB_COMPLETION_INDEX';
/** So much of a name can be given; the rest is generated. */
const longestPrefix = 58;

interface Container {
  readonly env?: readonly { readonly name: string }[];
}

/** A new pod, for an index if the Job has them. */
export function newPod(
  job: SimObject,
  index: number | undefined,
  annotations: Readonly<Record<string, string>>,
): SimObject {
  const { template } = specOf(job);
  const { labels, annotations: given, finalizers = [] } = template.metadata ?? {};
  const { namespace, name } = job.metadata;
  const indexed = index === undefined ? {} : { [indexAnnotation]: String(index) };
  const allAnnotations = { ...given, ...indexed, ...annotations };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: index === undefined ? `${name}-` : prefixFor(name, index),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...labels, ...indexed },
      ...(Object.keys(allAnnotations).length === 0 ? {} : { annotations: allAnnotations }),
      finalizers: [...new Set([...finalizers, trackingFinalizer])],
      ownerReferences: [controllerReference(job)],
    },
    spec:
      index === undefined ? template.spec : { ...withIndexEnv(template.spec), hostname: `${name}-${index}` },
  };
}

function prefixFor(name: string, index: number): string {
  const end = `-${index}-`;
  return name.slice(0, longestPrefix - end.length) + end;
}

function withIndexEnv(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const variable = {
    name: indexEnv,
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${indexAnnotation}']` } },
  };
  const added = (containers: unknown): unknown =>
    (containers as readonly Container[] | undefined)?.map((container) =>
      container.env?.some(({ name }) => name === indexEnv) === true
        ? container
        : { ...container, env: [...(container.env ?? []), variable] },
    );
  const initContainers = added(spec['initContainers']);
  return {
    ...spec,
    ...(initContainers === undefined ? {} : { initContainers }),
    containers: added(spec['containers']),
  };
}
