// Objects that `kubectl apply` has managed without the server's help: their annotation says what it applied.
import type { Json, SimObject } from '../api/object.ts';
import { isRecord } from '../schema/json.ts';
import { compare } from './compare.ts';
import { difference, type FieldSet } from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import { json } from './ownership.ts';
import { escapeHtml } from './path-element.ts';
import type { ShapeSchema } from './shape.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
const mostBytes = 256 * 1024;

/** The manager that takes over from, and keeps up, the annotation. */
export const kubectlManager = 'kubectl';

/** The fields that were applied and have not changed since; undefined if the object says nothing of it. */
export function lastAppliedFields(schema: ShapeSchema, live: SimObject): FieldSet | undefined {
  const applied = parsed(live.metadata.annotations?.[annotation]);
  if (applied?.['apiVersion'] !== live.apiVersion) return undefined;
  const { added, modified, removed } = compare(schema, applied, json(live));
  return [modified, added, removed].reduce<FieldSet>(difference, fieldsOf(schema, applied));
}

/** Brings the annotation up to date, if there is one. */
export function refreshLastApplied(object: SimObject, patch: SimObject): void {
  const { annotations } = object.metadata;
  if (!annotations?.[annotation]) return;
  const applied = structuredClone(json(patch));
  const { metadata } = applied;
  if (isRecord(metadata) && isRecord(metadata['annotations'])) {
    Reflect.deleteProperty(metadata['annotations'], annotation);
  }
  annotations[annotation] = `${escapeHtml(JSON.stringify(sorted(applied)))}\n`;
  if (sizeOf(annotations) > mostBytes) Reflect.deleteProperty(annotations, annotation);
}

function parsed(text: string | undefined): Record<string, Json> | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isRecord(value) ? value : undefined;
  } catch {
    // Whoever wrote that wrote no configuration.
    return undefined;
  }
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const entries = Object.keys(value).sort();
  return Object.fromEntries(entries.map((name) => [name, sorted(value[name] ?? null)]));
}

function sizeOf(annotations: Readonly<Record<string, string>>): number {
  return Object.entries(annotations).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
}
