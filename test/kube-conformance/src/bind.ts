// From a step to a request: references to earlier answers become what this control plane has answered.
import { isRecord, type JsonRecord } from './json.ts';
import type { Edited, Json, Step } from './scene.ts';
import type { Call } from './target.ts';

/** Who asks; the name by which managed fields are kept. */
const agent = 'conformance/1.0';

/** What the parts of a step refer to. */
export interface Binding {
  readonly namespace: string;
  /** Parsed bodies of this control plane's answers, by the names of their steps. */
  readonly answers: ReadonlyMap<string, unknown>;
}

/** The request of a step. What refers to nothing is sent as an empty text. */
export function bind(step: Step, binding: Binding): Call {
  const { text, body } = step;
  const sent =
    text === undefined
      ? body === undefined
        ? undefined
        : JSON.stringify(bodyOf(body, binding))
      : bindText(text, binding);
  const headers = { ...step.headers };
  if (sent !== undefined) headers['content-type'] ??= 'application/json';
  return {
    method: step.method,
    path: bindText(step.path, binding, encodeURIComponent),
    headers: {
      accept: 'application/json',
      'user-agent': agent,
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, bindText(value, binding)])),
    },
    ...(sent === undefined ? {} : { body: sent }),
  };
}

function bodyOf(body: Json | Edited, binding: Binding): unknown {
  if (!isEdited(body)) return bindJson(body, binding);
  return mergePatched(binding.answers.get(body.$from) ?? {}, bindJson(body.$edit, binding));
}

function isEdited(body: Json | Edited): body is Edited {
  return isRecord(body) && '$from' in body;
}

function bindJson(value: Json, binding: Binding): unknown {
  if (typeof value === 'string') {
    const whole = /^«([^»]*)»$/.exec(value);
    return whole?.[1] === undefined ? bindText(value, binding) : lookUp(whole[1], binding);
  }
  if (Array.isArray(value)) return value.map((each: Json) => bindJson(each, binding));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [bindText(key, binding), bindJson(each, binding)]),
  );
}

function bindText(text: string, binding: Binding, escape: (value: string) => string = String): string {
  return text
    .replaceAll('{ns}', binding.namespace)
    .replaceAll(/«([^»]*)»/g, (_, reference: string) => escape(String(lookUp(reference, binding))));
}

function lookUp(reference: string, { answers }: Binding): unknown {
  const [name = '', ...path] = reference.split('/');
  let value = answers.get(name);
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as JsonRecord)[key.replaceAll('~1', '/')];
  }
  return value ?? '';
}

/** RFC 7396; the editor of answers, not what is tested. */
function mergePatched(target: unknown, edit: unknown): unknown {
  if (!isRecord(edit)) return edit;
  const merged = new Map(isRecord(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(edit)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatched(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}
