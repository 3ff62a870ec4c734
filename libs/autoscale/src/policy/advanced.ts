// Forecasts and custom algorithms.
import { compileExpression } from '../custom/expression.ts';
import { LONGEST_EXPRESSION } from '../custom/expression-limits.ts';
import { readWeight } from './metrics.ts';
import { at, isAbsent, needs, type Place, readBoolean, readDuration, readFields, readList } from './read.ts';
import { readName, readNumber, readText, readWord, show } from './read.ts';
import type { Algorithm, Predictive } from './types.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** As much history as is kept. */
const LONGEST_HISTORY = 28 * DAY;
const MOST_ALGORITHMS = 10;
/** An answer that is older than this is none, unless the webhook says otherwise. */
const DEFAULT_MAX_AGE = 2 * MINUTE;

export interface Advanced {
  readonly predictive: Predictive;
  readonly algorithms: readonly Algorithm[];
}

export function readAdvanced(value: unknown, place: Place): Advanced {
  const fields = readFields(value, place, ['predictive', 'customAlgorithms'], {
    machineLearning: 'use predictive, whose forecasts are tested against the past',
  });
  return {
    predictive: readPredictive(fields.predictive, at(place, 'predictive')),
    algorithms: readAlgorithms(fields.customAlgorithms, at(place, 'customAlgorithms')),
  };
}

/** Absent: no forecasts. Present: on, unless it says `enabled: false`, and in `Preview` until it says `Active`. */
function readPredictive(value: unknown, place: Place): Predictive {
  const fields = readFields(value, place, [
    'enabled',
    'mode',
    'historicalWindow',
    'predictionHorizon',
    'confidenceThreshold',
    'quantile',
  ]);
  const quantile = { min: 0.5, max: 1, isBelowMax: true };
  return {
    enabled: readBoolean(fields.enabled, at(place, 'enabled')) ?? !isAbsent(value),
    mode: readWord(fields.mode, at(place, 'mode'), ['Preview', 'Active']) ?? 'Preview',
    historicalWindow:
      readDuration(fields.historicalWindow, at(place, 'historicalWindow'), {
        min: DAY,
        max: LONGEST_HISTORY,
      }) ?? LONGEST_HISTORY,
    predictionHorizon: readDuration(fields.predictionHorizon, at(place, 'predictionHorizon'), {
      min: MINUTE,
      max: DAY,
    }),
    confidenceThreshold:
      readNumber(fields.confidenceThreshold, at(place, 'confidenceThreshold'), { min: 0, max: 1 }) ?? 0.5,
    quantile: readNumber(fields.quantile, at(place, 'quantile'), quantile) ?? 0.5,
  };
}

function readAlgorithms(value: unknown, place: Place): readonly Algorithm[] {
  const algorithms: Algorithm[] = [];
  for (const [index, entry] of (readList(value, place, MOST_ALGORITHMS) ?? []).entries()) {
    const algorithm = readAlgorithm(entry, at(place, index));
    if (algorithm === undefined) continue;
    if (algorithms.some(({ name }) => name === algorithm.name))
      place.report(
        at(at(place, index), 'name').path,
        `is ${show(algorithm.name)} like that of an algorithm before it; give each a name of its own`,
      );
    algorithms.push(algorithm);
  }
  return algorithms;
}

function readAlgorithm(value: unknown, place: Place): Algorithm | undefined {
  if (isAbsent(value)) {
    place.report(place.path, 'is absent; write an algorithm with name and type, or remove the entry');
    return undefined;
  }
  const fields = readFields(
    value,
    place,
    ['name', 'type', 'expression', 'webhook', 'failurePolicy', 'weight'],
    { config: 'put constants into the expression, or into the headers of the webhook' },
  );
  const where = at(place, 'type');
  needs(fields.name, at(place, 'name'), 'write a name, by which decisions call it');
  needs(fields.type, where, 'write expression or webhook');
  const name = readName(fields.name, at(place, 'name'));
  const type = readWord(fields.type, where, ['webhook', 'expression'], {
    lua: 'write type: expression and an expression in CEL',
    wasm: 'write type: expression and an expression in CEL, or run it behind a webhook',
  });
  const failurePolicy =
    readWord(fields.failurePolicy, at(place, 'failurePolicy'), ['Ignore', 'Fail']) ?? 'Fail';
  const weight = readWeight(fields.weight, at(place, 'weight'));
  const maxAge = readWebhook(fields.webhook, at(place, 'webhook'), type === 'webhook');
  const expression = readText(fields.expression, at(place, 'expression'), LONGEST_EXPRESSION);
  if (type === 'expression') {
    needs(fields.expression, at(place, 'expression'), 'write an expression in CEL, such as pool.ready + 1');
    if (!isAbsent(fields.webhook))
      place.report(at(place, 'webhook').path, 'has no meaning for an expression; remove it');
  }
  if (type === 'webhook' && !isAbsent(fields.expression))
    place.report(at(place, 'expression').path, 'has no meaning for a webhook; remove it');
  const read = type === 'expression' && expression !== undefined ? compileExpression(expression) : undefined;
  if (read?.ok === false) place.report(at(place, 'expression').path, `cannot be used: ${read.message}`);
  if (name === undefined || type === undefined) return undefined;
  const compiled = read?.ok === true ? read.evaluate : undefined;
  return { name, type, expression, compiled, maxAge, failurePolicy, weight };
}

/** The age at which an answer is too old. The rest says how the caller reaches the webhook, and only its shape is looked at. */
function readWebhook(value: unknown, place: Place, isNeeded: boolean): number {
  const fields = readFields(value, place, ['url', 'method', 'headers', 'timeout', 'caSecret', 'maxAge']);
  if (isNeeded || !isAbsent(value)) needs(fields.url, at(place, 'url'), 'write the address of the webhook');
  const url = readText(fields.url, at(place, 'url'), 2_000);
  if (url !== undefined && !/^https?:\/\/[^/\s]/.test(url))
    place.report(at(place, 'url').path, `is ${show(url)}; write an address that starts with https://`);
  readWord(fields.method, at(place, 'method'), ['POST', 'GET']);
  readDuration(fields.timeout, at(place, 'timeout'), { min: 1, max: 5 * MINUTE });
  if (!isAbsent(fields.headers) && (typeof fields.headers !== 'object' || Array.isArray(fields.headers)))
    place.report(at(place, 'headers').path, `is ${show(fields.headers)}; write names and values`);
  return (
    readDuration(fields.maxAge, at(place, 'maxAge'), { min: 1_000, max: 60 * MINUTE }) ?? DEFAULT_MAX_AGE
  );
}
