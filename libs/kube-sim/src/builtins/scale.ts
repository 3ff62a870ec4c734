// The kind that the scale subresource speaks, which is stored nowhere.
import type { ResourceDefinition } from '../api/resource.ts';
import { objectMetaSchema } from '../crds/object-meta.ts';
import type { TypedSchema } from './schemas.ts';
import { createTyper } from './typed.ts';

const replicas: TypedSchema = { type: 'integer', format: 'int32' };
const text: TypedSchema = { type: 'string' };
const prefix = 'io.k8s.api.autoscaling.v1.';

const schema: TypedSchema = {
  type: 'object',
  'x-name': `${prefix}Scale`,
  properties: {
    apiVersion: text,
    kind: text,
    metadata: objectMetaSchema,
    spec: { type: 'object', 'x-name': `${prefix}ScaleSpec`, properties: { replicas } },
    status: {
      type: 'object',
      'x-name': `${prefix}ScaleStatus`,
      properties: { replicas, selector: text },
      'x-go': { replicas: 'a' },
    },
  },
  'x-go': { spec: 's', status: 's' },
};

const typer = createTyper({});

/** As if it were a resource of its own, so that it is read as one. */
export const scaleDefinition: ResourceDefinition = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  listKind: 'ScaleList',
  plural: 'scales',
  singular: 'scale',
  namespaced: true,
  shortNames: [],
  categories: [],
  schema,
  subresources: { status: false },
  strategy: {
    applyDefaults: (scale) => {
      typer(schema, scale);
    },
  },
  custom: false,
};
