// A CustomResourceDefinition (apiextensions.k8s.io/v1), as far as the model looks at it. What a user sent may lack any part.
import type { SimObject } from '../api/object.ts';
import type { Schema } from '../schema/schema.ts';

/** `spec.names` and `status.acceptedNames`. */
export interface CrdNames {
  plural: string;
  singular?: string;
  shortNames?: string[];
  kind: string;
  listKind?: string;
  categories?: string[];
}

/** `spec.versions[]` */
export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: {
    readonly status?: object;
    readonly scale?: {
      readonly specReplicasPath?: string;
      readonly statusReplicasPath?: string;
      readonly labelSelectorPath?: string;
    };
  };
  readonly additionalPrinterColumns?: readonly CrdColumn[];
  readonly selectableFields?: readonly { readonly jsonPath?: string }[];
}

/** `spec.versions[].additionalPrinterColumns[]` */
export interface CrdColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** `status.conditions[]` */
export interface CrdCondition {
  type: string;
  status: 'True' | 'False';
  lastTransitionTime: string;
  reason: string;
  message: string;
}

/** `status` */
export interface CrdStatus {
  conditions: CrdCondition[] | null;
  acceptedNames: CrdNames;
  storedVersions: string[] | null;
}

/** The whole object. */
export interface Crd extends SimObject {
  spec: {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: CrdNames;
    versions: CrdVersion[];
    conversion?: {
      strategy?: string;
      webhook?: { clientConfig?: object; conversionReviewVersions?: string[] };
    };
    preserveUnknownFields?: boolean;
  };
  status: CrdStatus;
}

/** Whether its resources are served. */
export function isEstablished({ status }: Crd): boolean {
  return status.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') === true;
}
