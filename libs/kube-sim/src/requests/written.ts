import type { ApiAnswer } from '../api/request.ts';
import { jsonAnswer } from './answers.ts';
import type { Call } from './core.ts';
import { readText } from './versions.ts';
import type { Written } from './write.ts';

/** What the client of a write is told. */
export function written({ definition, warnings }: Call, { created, object, stored }: Written): ApiAnswer {
  const text = stored === undefined ? JSON.stringify(object) : readText(definition, stored);
  return jsonAnswer(created ? 201 : 200, text, warnings);
}
