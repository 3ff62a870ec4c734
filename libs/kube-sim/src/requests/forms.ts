// Answers in other forms than the object itself: tables for people, and metadata only.
import { ApiFailure } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { Stored } from '../storage/stored.ts';
import type { Call } from './core.ts';
import type { Form } from './negotiate.ts';
import { tableOf } from './pending.ts';
import { read } from './versions.ts';

type OtherForm = Exclude<Form, 'object'>;

/** One object. */
export function objectInForm(call: Call, form: OtherForm, stored: Stored): string {
  const object = read(call.definition, stored);
  if (form === 'partialList')
    throw notAcceptable('you requested PartialObjectMetadataList, but the requested object is not a list');
  if (form === 'partial') return JSON.stringify(partial(object));
  const table = tableOf(call.definition, [object], tableOptions(call));
  return JSON.stringify({ ...table, metadata: { resourceVersion: String(stored.revision) } });
}

/** A collection; `metadata` is that of the list, as text. */
export function listInForm(call: Call, form: OtherForm, metadata: string, items: readonly Stored[]): string {
  const { definition } = call;
  if (form === 'partial') {
    throw notAcceptable(
      `you requested PartialObjectMetadata, but the requested object is a list (*core.${definition.listKind})`,
    );
  }
  const objects = items.map((stored) => read(definition, stored));
  const list =
    form === 'table'
      ? tableOf(definition, objects, tableOptions(call))
      : { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', items: objects.map(partial) };
  return JSON.stringify({ ...list, metadata: JSON.parse(metadata) as unknown });
}

function partial({ metadata }: SimObject): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

type IncludeObject = 'None' | 'Object' | 'Metadata';

function tableOptions({ core, request }: Call): { nowMs: number; includeObject: IncludeObject } {
  const asked = request.query.get('includeObject');
  const includeObject = asked === 'None' || asked === 'Object' ? asked : 'Metadata';
  return { nowMs: core.clock.now(), includeObject };
}

function notAcceptable(message: string): ApiFailure {
  return new ApiFailure(406, 'NotAcceptable', message);
}
