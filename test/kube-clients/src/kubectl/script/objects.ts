// The objects that the scripts are about.

export function configMap(name: string, data: Readonly<Record<string, string>>, labels: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
}

export function container(args: readonly string[] = [], more: object = {}): object {
  return { name: 'main', image: 'test/main', args, ...more };
}

export function pod(name: string, containerOf: object, more: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, containers: [containerOf], ...more },
  };
}

export function statefulSet(name: string, replicas: number, containerOf: object, more: object = {}): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, labels },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [containerOf] },
      },
      ...more,
    },
  };
}

const probe = {
  type: 'object',
  description: 'Where to look.',
  properties: { port: { type: 'integer', minimum: 1 } },
};

/** A custom resource with everything that kubectl makes something of. */
export const reportDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'reports.clients.example.com' },
  spec: {
    group: 'clients.example.com',
    scope: 'Namespaced',
    names: {
      plural: 'reports',
      singular: 'report',
      kind: 'Report',
      shortNames: ['rp'],
      categories: ['all', 'papers'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        selectableFields: [{ jsonPath: '.spec.author' }],
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.copies',
            statusReplicasPath: '.status.copies',
            labelSelectorPath: '.status.selector',
          },
        },
        additionalPrinterColumns: [
          { name: 'Author', type: 'string', jsonPath: '.spec.author' },
          { name: 'Copies', type: 'integer', jsonPath: '.spec.copies', description: 'How many are wanted.' },
          { name: 'Printed', type: 'integer', jsonPath: '.status.copies', priority: 1 },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'Report is something to read.',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                description: 'What is wanted.',
                required: ['author'],
                properties: {
                  author: { type: 'string', description: 'Who writes it.', minLength: 2 },
                  copies: {
                    type: 'integer',
                    format: 'int32',
                    description: 'How many.',
                    default: 1,
                    maximum: 9,
                  },
                  kind: { type: 'string', enum: ['Short', 'Long'] },
                  probe,
                  pages: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, text: { type: 'string' } },
                    },
                  },
                },
                'x-kubernetes-validations': [
                  { rule: "self.author != 'nobody'", message: 'somebody has to write it' },
                ],
              },
              status: {
                type: 'object',
                properties: {
                  copies: { type: 'integer' },
                  selector: { type: 'string' },
                  conditions: {
                    type: 'array',
                    items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

export function report(name: string, spec: object): object {
  return { apiVersion: 'clients.example.com/v1', kind: 'Report', metadata: { name }, spec };
}
