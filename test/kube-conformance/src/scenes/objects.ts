// Objects and paths that scenes share; all in the scene's namespace.
import type { Fields, Json } from '../scene.ts';

export const core = '/api/v1/namespaces/{ns}';
export const configMaps = `${core}/configmaps`;
export const secrets = `${core}/secrets`;
export const services = `${core}/services`;
export const pods = `${core}/pods`;
export const claims = `${core}/persistentvolumeclaims`;
export const accounts = `${core}/serviceaccounts`;
export const events = `${core}/events`;
export const statefulSets = '/apis/apps/v1/namespaces/{ns}/statefulsets';
export const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';
export const jobs = '/apis/batch/v1/namespaces/{ns}/jobs';
export const cronJobs = '/apis/batch/v1/namespaces/{ns}/cronjobs';
export const leases = '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases';
export const budgets = '/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets';
export const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles';
export const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings';
export const gadgets = '/apis/conformance.example/v1/namespaces/{ns}/gadgets';
export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** An object of any kind. */
export function object(apiVersion: string, kind: string, name: string, rest: Fields = {}): Fields {
  const { metadata, ...fields } = rest;
  return { apiVersion, kind, metadata: { name, ...(metadata as object | undefined) }, ...fields };
}

export function configMap(name: string, data: Json = { a: '1' }, metadata: Fields = {}): Json {
  return object('v1', 'ConfigMap', name, { metadata, data });
}

export function gadget(name: string, spec: Json = { size: 1 }, metadata: Fields = {}): Json {
  return object('conformance.example/v1', 'Gadget', name, { metadata, spec });
}

const container = { name: 'main', image: 'example/app:1' };

export function podSpec(more: Fields = {}): Fields {
  return { containers: [container], ...more };
}

export function pod(name: string, spec: Fields = {}, metadata: Fields = {}): Json {
  return object('v1', 'Pod', name, { metadata, spec: podSpec(spec) });
}

export function statefulSet(name: string, spec: Fields = {}): Json {
  return object('apps/v1', 'StatefulSet', name, {
    spec: {
      serviceName: name,
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec() },
      ...spec,
    },
  });
}

export function service(name: string, spec: Fields = {}): Json {
  return object('v1', 'Service', name, { spec: { ports: [{ port: 80 }], selector: { app: name }, ...spec } });
}

export function claim(name: string, spec: Fields = {}): Json {
  return object('v1', 'PersistentVolumeClaim', name, {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  });
}

export function job(name: string, spec: Fields = {}): Json {
  return object('batch/v1', 'Job', name, {
    spec: { template: { spec: podSpec({ restartPolicy: 'Never' }) }, ...spec },
  });
}

export function lease(name: string, spec: Json = { holderIdentity: 'me', leaseDurationSeconds: 15 }): Json {
  return object('coordination.k8s.io/v1', 'Lease', name, { spec });
}

export function budget(name: string, spec: Fields = { maxUnavailable: 1 }): Json {
  return object('policy/v1', 'PodDisruptionBudget', name, {
    spec: { selector: { matchLabels: { app: name } }, ...spec },
  });
}
