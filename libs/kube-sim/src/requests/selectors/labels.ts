// Label selectors, as queries write them.
import { badRequest } from '../../api/failure.ts';
import { labelKeyFaults, labelValueFaults } from '../names.ts';

type Labels = Readonly<Record<string, string>> | undefined;

/** Whether an object is selected. */
export type Matcher<Of> = (of: Of) => boolean;

interface Tokens {
  peek(): string;
  next(): string;
}

const operators = new Set(['in', 'notin', '=', '==', '!=', 'gt', 'lt', '>', '<']);
const special = new Set(['', '!', '(', ')', ',', '=', '==', '!=', '>', '<']);

/**
 * Reads `a=b,c!=d,e in (f,g),h,!i,j>1`.
 *
 * @returns undefined if everything is selected
 * @throws ApiFailure 400
 */
export function labelMatcher(text: string): Matcher<Labels> | undefined {
  const tokens = tokenize(text);
  const matchers: Matcher<Labels>[] = [];
  if (tokens.peek() === '') return undefined;
  for (;;) {
    const token = tokens.peek();
    if (token !== '!' && special.has(token)) {
      throw badRequest(`found '${token}', expected: !, identifier, or 'end of string'`);
    }
    matchers.push(requirement(tokens));
    const separator = tokens.next();
    if (separator === '') break;
    if (separator !== ',') throw badRequest(`found '${separator}', expected: ',' or 'end of string'`);
    const after = tokens.peek();
    if (after !== '!' && special.has(after)) {
      throw badRequest(`found '${after}', expected: identifier after ','`);
    }
  }
  const [first] = matchers;
  if (matchers.length === 1) return first;
  return (labels) => matchers.every((matches) => matches(labels));
}

function requirement(tokens: Tokens): Matcher<Labels> {
  const negated = tokens.peek() === '!';
  if (negated) tokens.next();
  const key = tokens.next();
  if (special.has(key)) throw cannotParse(`found '${key}', expected: identifier`);
  const [keyFault] = labelKeyFaults(key);
  if (keyFault !== undefined) throw cannotParse(`<nil>: Invalid value: ${JSON.stringify(key)}: ${keyFault}`);
  const following = tokens.peek();
  if (following === '' || following === ',') {
    return (labels) => (valueOf(labels, key) !== undefined) !== negated;
  }
  if (negated) throw badRequest(`found '${following}', expected: ',' or 'end of string'`);
  const operator = tokens.next();
  if (!operators.has(operator)) {
    throw cannotParse(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
  const values = operator === 'in' || operator === 'notin' ? valueList(tokens) : [exactValue(tokens)];
  return comparison(key, operator, values);
}

function comparison(key: string, operator: string, values: readonly string[]): Matcher<Labels> {
  values.forEach((value, index) => {
    const [fault] = labelValueFaults(value);
    if (fault === undefined) return;
    throw cannotParse(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${fault}`);
  });
  if (operator === '>' || operator === '<' || operator === 'gt' || operator === 'lt') {
    const [value = ''] = values;
    if (!/^[+-]?\d+$/.test(value)) {
      const why = "for 'Gt', 'Lt' operators, the value must be an integer";
      throw cannotParse(`values[0]: Invalid value: ${JSON.stringify(value)}: ${why}`);
    }
    const greater = operator === '>' || operator === 'gt';
    return (labels) => {
      const found = valueOf(labels, key);
      if (found === undefined || !/^[+-]?\d+$/.test(found)) return false;
      return greater ? Number(found) > Number(value) : Number(found) < Number(value);
    };
  }
  const wanted = new Set(values);
  if (operator === '!=' || operator === 'notin') {
    return (labels) => {
      const found = valueOf(labels, key);
      return found === undefined || !wanted.has(found);
    };
  }
  return (labels) => {
    const found = valueOf(labels, key);
    return found !== undefined && wanted.has(found);
  };
}

/** What a label says; what every object has besides is no label. */
function valueOf(labels: Labels, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function exactValue(tokens: Tokens): string {
  const value = tokens.peek();
  if (value === '' || value === ',') return '';
  if (special.has(value)) throw cannotParse(`found '${value}', expected: identifier`);
  return tokens.next();
}

function valueList(tokens: Tokens): readonly string[] {
  const open = tokens.next();
  if (open !== '(') throw cannotParse(`found '${open}' expected: '('`);
  const values: string[] = [];
  let wantsValue = true;
  for (;;) {
    const token = tokens.next();
    if (token === ')') {
      if (wantsValue) values.push('');
      return values;
    }
    if (token === ',') {
      if (wantsValue) values.push('');
      wantsValue = true;
    } else if (special.has(token)) {
      throw cannotParse(
        `found '${token}', expected: ${wantsValue ? "',', ')' or identifier" : "',' or ')'"}`,
      );
    } else {
      values.push(token);
      wantsValue = false;
    }
  }
}

function tokenize(text: string): Tokens {
  const found = text.match(/==|!=|[=!<>(),]|[^\s=!<>(),]+/g) ?? [];
  let at = 0;
  return { peek: () => found[at] ?? '', next: () => found[at++] ?? '' };
}

function cannotParse(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}
