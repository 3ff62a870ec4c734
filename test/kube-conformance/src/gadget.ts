// A custom resource with something of everything that schemas can say.
import type { Json } from './scene.ts';

const labelled = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', maxLength: 20 },
    protocol: { type: 'string', enum: ['TCP', 'UDP'], default: 'TCP' },
    number: { type: 'integer', minimum: 1, maximum: 65_535 },
  },
};

const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 0, maximum: 100 },
    replicas: { type: 'integer', format: 'int32', default: 1 },
    mode: { type: 'string', enum: ['fast', 'safe'], default: 'safe' },
    owner: { type: 'string', minLength: 1, maxLength: 20, pattern: '^[a-z]+$' },
    frozen: {
      type: 'string',
      maxLength: 20,
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'frozen cannot be changed' }],
    },
    ratio: { type: 'number', maximum: 1.5 },
    enabled: { type: 'boolean' },
    port: { 'x-kubernetes-int-or-string': true },
    note: { type: 'string', nullable: true, maxLength: 50 },
    since: { type: 'string', format: 'date-time' },
    ports: {
      type: 'array',
      maxItems: 5,
      items: labelled,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name', 'protocol'],
    },
    tags: {
      type: 'array',
      maxItems: 4,
      items: { type: 'string', maxLength: 10 },
      'x-kubernetes-list-type': 'set',
    },
    args: { type: 'array', items: { type: 'string' } },
    limits: { type: 'object', additionalProperties: { type: 'integer' } },
    flavour: {
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
    },
    nested: {
      type: 'object',
      default: {},
      properties: { level: { type: 'integer', default: 3 }, label: { type: 'string' } },
    },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
  'x-kubernetes-validations': [
    { rule: "self.mode != 'fast' || self.size <= 50", message: 'a fast gadget is small' },
    {
      rule: '!has(self.owner) || self.replicas <= 3',
      messageExpression: "self.owner + ' has too many'",
      fieldPath: '.replicas',
      reason: 'FieldValueForbidden',
    },
  ],
};

const status = {
  type: 'object',
  properties: {
    replicas: { type: 'integer' },
    selector: { type: 'string' },
    phase: { type: 'string' },
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'status'],
        properties: { type: { type: 'string' }, status: { type: 'string' }, message: { type: 'string' } },
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
  },
};

/** `gadgets.conformance.example` */
export const gadgetDefinition: Json = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.conformance.example' },
  spec: {
    group: 'conformance.example',
    scope: 'Namespaced',
    names: {
      plural: 'gadgets',
      singular: 'gadget',
      kind: 'Gadget',
      listKind: 'GadgetList',
      shortNames: ['gd'],
      categories: ['toys'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec, status } } },
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
        selectableFields: [{ jsonPath: '.spec.mode' }],
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Mode', type: 'string', jsonPath: '.spec.mode', description: 'How it works' },
          { name: 'Owner', type: 'string', jsonPath: '.spec.owner', priority: 1 },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
    ],
  },
};
