// The JSONPath of printer columns and selectable fields: fields, indexes, slices, wildcards, descent and simple filters.
import { isRecord, isSameJson } from '../schema/json.ts';

type Step = (value: unknown) => readonly unknown[];

/**
 * Reads a path as `.status.conditions[?(@.type=="Ready")].status`.
 *
 * @returns a function that gives all values at the path, or undefined if the path cannot be read
 */
export function parseJsonPath(path: string): ((value: unknown) => readonly unknown[]) | undefined {
  const steps: Step[] = [];
  let rest = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  while (rest !== '' && rest !== '.') {
    const found = readStep(rest);
    if (found === undefined) return undefined;
    steps.push(found.step);
    rest = rest.slice(found.length);
  }
  return (value) => steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [value]);
}

interface Found {
  readonly step: Step;
  readonly length: number;
}

function readStep(text: string): Found | undefined {
  const bracket = text.startsWith('[') ? endOfBracket(text) : undefined;
  if (bracket !== undefined) {
    const step = bracketStep(text.slice(1, bracket).trim());
    return step === undefined ? undefined : { step, length: bracket + 1 };
  }
  const [whole, dots = '', name = ''] = /^(\.\.?)((?:\\.|[^.[\]\\])*)/.exec(text) ?? [];
  if (whole === undefined || (name === '' && !text.startsWith('.['))) return undefined;
  const key = name.replaceAll(/\\(.)/g, '$1');
  const step = key === '*' ? children : (value: unknown) => field(value, key);
  if (dots === '..') return { step: (value) => descendants(value).flatMap(step), length: whole.length };
  return { step: key === '' ? (value) => [value] : step, length: whole.length };
}

/** The closing bracket, past quotes and brackets inside. */
function endOfBracket(text: string): number | undefined {
  let depth = 0;
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '[') depth += 1;
    else if (char === ']' && (depth -= 1) === 0) return index;
  }
  return undefined;
}

function bracketStep(text: string): Step | undefined {
  if (text === '*') return children;
  if (/^-?\d+$/.test(text)) return (value) => itemsOf(value).slice(Number(text)).slice(0, 1);
  const [slice, from, to] = /^(-?\d*):(-?\d*)$/.exec(text) ?? [];
  if (slice !== undefined) {
    return (value) => itemsOf(value).slice(Number(from), to === '' ? undefined : Number(to));
  }
  const quoted = /^(['"])(.*)\1$/.exec(text)?.[2];
  if (quoted !== undefined) return (value) => field(value, quoted);
  const filter = /^\?\((.*)\)$/.exec(text)?.[1];
  return filter === undefined ? undefined : filterStep(filter.trim());
}

function filterStep(text: string): Step | undefined {
  const [, left = text, operator, right = ''] = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/.exec(text) ?? [];
  const leftOf = operand(left);
  const rightOf = operand(right);
  if (leftOf === undefined) return undefined;
  if (operator === undefined) return (value) => children(value).filter((item) => leftOf(item) !== undefined);
  if (rightOf === undefined) return undefined;
  return (value) => children(value).filter((item) => compare(leftOf(item), operator, rightOf(item)));
}

function operand(text: string): ((item: unknown) => unknown) | undefined {
  if (text.startsWith('@')) {
    const path = parseJsonPath(text.slice(1));
    return path === undefined ? undefined : (item) => path(item)[0];
  }
  const literal =
    /^(['"])(.*)\1$/.exec(text)?.[2] ?? literals[text] ?? (text === '' ? Number.NaN : Number(text));
  return Number.isNaN(literal) ? undefined : () => literal;
}

const literals: Readonly<Record<string, boolean>> = { true: true, false: false };

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  if (operator === '==') return isSameJson(left, right);
  if (operator === '!=') return !isSameJson(left, right);
  const [a, b] = [left as number, right as number];
  return operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b;
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function field(value: unknown, key: string): readonly unknown[] {
  return isRecord(value) && Object.hasOwn(value, key) ? [value[key]] : [];
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function descendants(value: unknown): readonly unknown[] {
  return [value, ...children(value).flatMap(descendants)];
}
