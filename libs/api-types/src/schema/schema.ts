import type { Rule } from './rule.ts';

/** A restriction on the keys of a map. In the CRD it becomes a CEL rule, since structural schemas have no word for it. */
export interface KeyRestriction {
  /** A regular expression in the common subset of RE2 and ECMAScript. */
  readonly pattern: string;
  /** The pattern in words. */
  readonly form: string;
}

/**
 * The subset of JSON Schema that the kinds are written in: what a structural schema of Kubernetes allows, plus
 * `rules`, `form` and `keys`, which the CRD generator translates and leaves out.
 */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly format?: 'date-time' | 'int64';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  /** In Unicode code points, as the API server counts. */
  readonly maxLength?: number;
  /** A regular expression in the common subset of RE2 and ECMAScript. It restricts strings only. */
  readonly pattern?: string;
  /** The pattern in words. */
  readonly form?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly maxProperties?: number;
  readonly keys?: KeyRestriction;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly rules?: readonly Rule[];
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic';
}
