// Defaults have to be valid themselves.
import type { FieldCause } from '../api/failure.ts';
import { invalidValue } from '../schema/causes.ts';
import { validateRules } from '../schema/cel.ts';
import { decode } from '../schema/decode.ts';
import { copyJson } from '../schema/json.ts';
import type { Schema } from '../schema/schema.ts';
import { validateSchema } from '../schema/validate.ts';

/** What is wrong with the defaults of a schema, at any depth. */
export function defaultCauses(schema: Schema, path: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const { default: preset, items, properties = {} } = schema;
  if (preset !== undefined) {
    const at = `${path}.default`;
    // Inside of a field, so that nothing of it is taken for the metadata of an object.
    const whole: Schema = { type: 'object', properties: { preset: schema } };
    if (decode(whole, { preset: copyJson(preset) }, 'strict').unknown.length > 0) {
      causes.push(invalidValue(at, preset, 'must not have unknown fields'));
    }
    const wrong = validateSchema(schema, preset, undefined, at);
    causes.push(...wrong, ...(wrong.length > 0 ? [] : validateRules(schema, preset, undefined, at)));
  }
  if (items !== undefined) causes.push(...defaultCauses(items, `${path}.items`));
  for (const [key, child] of Object.entries(properties)) {
    causes.push(...defaultCauses(child, `${path}.properties[${key}]`));
  }
  return causes;
}
