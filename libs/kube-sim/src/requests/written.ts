import type { ApiAnswer } from '../api/request.ts';
import { jsonAnswer } from './answers.ts';
import type { Call } from './core.ts';
import { inForm } from './forms.ts';
import { formOf } from './negotiate.ts';
import { readText } from './versions.ts';
import type { Written } from './write.ts';

/** What the client of a write is told. */
export function written(call: Call, { created, object, stored }: Written): ApiAnswer {
  const { definition, warnings, request } = call;
  const form = formOf(request.headers['accept'], false, definition.custom);
  const status = created ? 201 : 200;
  if (form !== 'object') return jsonAnswer(status, inForm(call, form, object), warnings);
  const text = stored === undefined ? JSON.stringify(object) : readText(definition, stored);
  return jsonAnswer(status, text, warnings);
}
