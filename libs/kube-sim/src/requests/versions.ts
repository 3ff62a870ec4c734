// Objects as the versions of their resource show them.
import type { SimObject } from '../api/object.ts';
import { apiVersionOf, type ResourceDefinition } from '../api/resource.ts';
import { objectOf, type Stored, textOf } from '../storage/stored.ts';

/** The object as a version of the resource shows it; a fresh copy. */
export function read(definition: ResourceDefinition, stored: Stored): SimObject {
  if (definition.storedAs !== undefined) return definition.storedAs.fromStored(objectOf(stored));
  return objectOf(stored, apiVersionOf(definition));
}

/** The same as text. */
export function readText(definition: ResourceDefinition, stored: Stored): string {
  if (definition.storedAs !== undefined) return JSON.stringify(read(definition, stored));
  return textOf(stored, apiVersionOf(definition));
}
