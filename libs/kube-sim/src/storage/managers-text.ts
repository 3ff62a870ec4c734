// Managed fields as they are kept. What they name depends on the shape of an object alone, so that thousands of objects share one copy.
import type { ManagedFieldsEntry } from '../api/object.ts';

/** An entry, and its text around the text of its fields. Nothing in it ever changes. */
export interface KeptManager {
  readonly entry: Omit<ManagedFieldsEntry, 'fieldsV1'>;
  readonly head: string;
  readonly fields: KeptFields;
  readonly tail: string;
}

type Fields = ManagedFieldsEntry['fieldsV1'];

/** One set of fields, whoever owns it. */
interface KeptFields {
  readonly text: string;
  /** Frozen. Only of what has been met twice: much of a set takes more room than its text. */
  set: Fields | undefined;
  /** The last entry with these fields; the next is often the same. */
  last: KeptManager | undefined;
}

/** More would be kept for objects that are gone. */
const mostTexts = 2000;

/** Finds what entries have in common. */
export class KeptManagers {
  readonly #bySet = new WeakMap<Fields, KeptFields>();
  readonly #byText = new Map<string, KeptFields>();

  keep({ fieldsV1, ...entry }: ManagedFieldsEntry): KeptManager {
    const fields = this.#keepFields(fieldsV1);
    const { last } = fields;
    if (last !== undefined && isSame(last.entry, entry)) return last;
    const { subresource, ...rest } = entry;
    fields.last = {
      entry,
      head: `${JSON.stringify(rest).slice(0, -1)},"fieldsV1":`,
      fields,
      tail: subresource === undefined ? '}' : `,"subresource":${JSON.stringify(subresource)}}`,
    };
    return fields.last;
  }

  #keepFields(set: Fields): KeptFields {
    let fields = this.#bySet.get(set);
    if (fields !== undefined) {
      fields.set ??= Object.freeze(set);
      return fields;
    }
    const text = JSON.stringify(set);
    fields = this.#byText.get(text);
    if (fields !== undefined) {
      fields.set ??= Object.freeze(set);
      return fields;
    }
    if (this.#byText.size >= mostTexts) this.#byText.clear();
    fields = { text, set: undefined, last: undefined };
    this.#byText.set(text, fields);
    this.#bySet.set(set, fields);
    return fields;
  }
}

/** The entry as an object has it; its fields may be shared. */
export function entryOf({ entry, fields }: KeptManager): ManagedFieldsEntry {
  return { ...entry, fieldsV1: fields.set ?? (JSON.parse(fields.text) as Fields) };
}

/** `,"managedFields":[…]`; empty if there are none. */
export function managersText(managers: readonly KeptManager[]): string {
  let text = '';
  for (const { head, fields, tail } of managers) {
    text += `${text === '' ? ',"managedFields":[' : ','}${head}${fields.text}${tail}`;
  }
  return text === '' ? text : `${text}]`;
}

function isSame(left: KeptManager['entry'], right: KeptManager['entry']): boolean {
  return (
    left.time === right.time &&
    left.manager === right.manager &&
    left.operation === right.operation &&
    left.apiVersion === right.apiVersion &&
    left.subresource === right.subresource
  );
}
