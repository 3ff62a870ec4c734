// Answers in other forms than the object itself: tables for people, and metadata only.
import { ApiFailure, badRequest } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { Stored } from '../storage/stored.ts';
import type { Call } from './core.ts';
import type { Form } from './negotiate.ts';
import { type IncludeObject, partialOf, tableOf, type TableOptions } from '../tables/table.ts';
import { read } from './versions.ts';

type OtherForm = Exclude<Form, 'object'>;

/** One object. */
export function objectInForm(call: Call, form: OtherForm, stored: Stored, isFirst = true): string {
  return inForm(call, form, read(call.definition, stored), isFirst);
}

/** The same of one that may not be stored. */
export function inForm(call: Call, form: OtherForm, object: SimObject, isFirst = true): string {
  if (form === 'partialList') {
    throw notAcceptable(
      `you requested PartialObjectMetadataList, but the requested object is not a list (*core.${call.definition.kind})`,
    );
  }
  if (form === 'partial') return JSON.stringify(partialOf(object));
  return JSON.stringify(
    tableOf(call.definition, [object], { ...tableOptions(call), withoutColumns: !isFirst }),
  );
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
  const parsed = JSON.parse(metadata) as Record<string, unknown>;
  if (form === 'table') {
    return JSON.stringify(tableOf(definition, objects, { ...tableOptions(call), metadata: parsed }));
  }
  const list = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: parsed };
  return JSON.stringify({ ...list, items: objects.length === 0 ? null : objects.map(partialOf) });
}

function tableOptions({ core, request }: Call): TableOptions {
  const asked = request.query.get('includeObject') ?? '';
  if (!['', 'None', 'Object', 'Metadata'].includes(asked)) {
    const why = `includeObject: Invalid value: ${JSON.stringify(asked)}: must be 'Metadata', 'Object', 'None', or empty`;
    throw badRequest(`Unable to convert to Table as requested: ${why}`);
  }
  const includeObject: IncludeObject = asked === 'None' || asked === 'Object' ? asked : 'Metadata';
  return { nowMs: core.clock.now(), includeObject };
}

function notAcceptable(message: string): ApiFailure {
  return new ApiFailure(406, 'NotAcceptable', message);
}
