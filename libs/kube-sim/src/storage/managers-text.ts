// Managed fields as they are kept. What they name depends on the shape of an object alone, so that thousands of objects share one copy.
import type { ManagedFieldsEntry } from '../api/object.ts';

/** An entry, and its text around the text of its fields. Nothing in it ever changes. */
export interface KeptManager {
  readonly entry: ManagedFieldsEntry;
  readonly head: string;
  readonly fields: string;
  readonly tail: string;
}

type Fields = ManagedFieldsEntry['fieldsV1'];

/** One set of fields, whoever owns it. */
interface Shape {
  readonly set: Fields;
  readonly text: string;
  /** The last entry with these fields; the next is often the same. */
  last: KeptManager | undefined;
}

/** More would be kept for objects that are gone. */
const mostShapes = 2000;

/** Finds what entries have in common. */
export class KeptManagers {
  readonly #bySet = new WeakMap<Fields, Shape>();
  readonly #byText = new Map<string, Shape>();

  keep(entry: ManagedFieldsEntry): KeptManager {
    const shape = this.#shapeOf(entry.fieldsV1);
    const { last } = shape;
    if (last !== undefined && isSame(last.entry, entry)) return last;
    const { subresource, ...rest } = entry;
    const own = { ...rest, fieldsV1: undefined };
    const kept = {
      entry: Object.freeze({ ...entry, fieldsV1: shape.set }),
      head: `${JSON.stringify(own).slice(0, -1)},"fieldsV1":`,
      fields: shape.text,
      tail: subresource === undefined ? '}' : `,"subresource":${JSON.stringify(subresource)}}`,
    };
    shape.last = kept;
    return kept;
  }

  #shapeOf(set: Fields): Shape {
    let shape = this.#bySet.get(set);
    if (shape !== undefined) return shape;
    const text = JSON.stringify(set);
    shape = this.#byText.get(text);
    if (shape === undefined) {
      shape = { set: Object.freeze(set), text, last: undefined };
      if (this.#byText.size >= mostShapes) this.#byText.clear();
      this.#byText.set(text, shape);
    }
    this.#bySet.set(set, shape);
    return shape;
  }
}

/** `,"managedFields":[…]`; empty if there are none. */
export function managersText(managers: readonly KeptManager[]): string {
  let text = '';
  for (const { head, fields, tail } of managers) {
    text += `${text === '' ? ',"managedFields":[' : ','}${head}${fields}${tail}`;
  }
  return text === '' ? text : `${text}]`;
}

function isSame(left: ManagedFieldsEntry, right: ManagedFieldsEntry): boolean {
  return (
    left.time === right.time &&
    left.manager === right.manager &&
    left.operation === right.operation &&
    left.apiVersion === right.apiVersion &&
    left.subresource === right.subresource
  );
}
