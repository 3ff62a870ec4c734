import type { TInteger, TString, TUnsafe } from 'typebox';
import {
  choice,
  integer,
  integerOrString,
  listMap,
  object,
  optional,
  string,
  time,
} from '../schema/build.ts';
import type { Rule, StateRule } from '../schema/rule.ts';
import { compareQuantities, parseQuantity, quantityPattern } from '../quantity.ts';

/** Longer than any amount that makes sense, short enough for CEL's cost estimate. */
const longestQuantity = 32;

/** What is no amount is told by the pattern already; CEL would tell of it again, for each rule and as a failure of its own. */
function ifQuantity(cel: string): string {
  return `!isQuantity(self) || (${cel})`;
}

/** An amount of storage, as a string: `10Gi`. */
export function storageSize(description: string, rules: readonly Rule<string>[]): TString {
  return string(description, {
    pattern: quantityPattern,
    form: 'an amount such as 10Gi',
    maxLength: longestQuantity,
    rules: [aboveZero, belowLargest, ...rules],
  });
}

/** More than any storage provider has, and a slip that could never be taken back. */
const largestStorage = '1Pi';

const belowLargest: StateRule<string> = {
  cel: ifQuantity(`quantity(self).compareTo(quantity('${largestStorage}')) <= 0`),
  message: `is more than ${largestStorage}`,
  remedy: 'use an amount such as 10Gi',
  reason: 'Invalid',
  check: (self) => (compareQuantities(self, largestStorage) ?? 0) <= 0,
};

const aboveZero: StateRule<string> = {
  cel: ifQuantity("quantity(self).isGreaterThan(quantity('0'))"),
  message: 'is zero',
  remedy: 'use an amount such as 10Gi',
  reason: 'Invalid',
  check: (self) => (parseQuantity(self) ?? 0n) > 0n,
};

/** An amount of a compute resource: `500m`, `2`, `4Gi`. */
export function computeQuantity(description: string): TUnsafe<number | string> {
  return integerOrString<number | string>(description, {
    minimum: 0,
    pattern: quantityPattern,
    form: 'an amount such as 500m, 2 or 4Gi',
    maxLength: longestQuantity,
  });
}

/** An amount of memory, as a string: `4Gi`. */
export function memorySize(description: string): TString {
  return string(description, {
    pattern: quantityPattern,
    form: 'an amount such as 4Gi',
    maxLength: longestQuantity,
    rules: [
      {
        cel: ifQuantity(
          "quantity(self).isGreaterThan(quantity('0')) && quantity(self).compareTo(quantity('1Pi')) <= 0",
        ),
        message: 'is not between 0 and 1Pi',
        remedy: 'use an amount such as 4Gi',
        reason: 'Invalid',
        check: (self) => (parseQuantity(self) ?? 0n) > 0n && (compareQuantities(self, '1Pi') ?? 0) <= 0,
      },
    ],
  });
}

/** The name of a Secret or ConfigMap. */
export function objectName(description: string): TString {
  return string(description, {
    maxLength: 253,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    form: 'lower-case letters, digits, dashes and dots, with a letter or digit at both ends',
  });
}

/**
 * The name of a database: what Neo4j accepts in every supported version, in the lower case that it stores
 * (Operations Manual, database names: 3 to 63 characters, `system` and what begins with it reserved; a digit at the start only from
 * 2025.01 on).
 */
export function databaseName(description: string, rules: readonly Rule<string>[]): TString {
  return string(description, {
    minLength: 3,
    maxLength: 63,
    pattern: '^[a-z][a-z0-9.-]*[a-z0-9]$',
    form: 'lower-case letters, digits, dots and dashes, with a letter at the start and a letter or digit at the end',
    rules: [notReserved, ...rules],
  });
}

const notReserved: StateRule<string> = {
  cel: "!self.startsWith('system')",
  message: 'begins with system, which Neo4j reserves',
  remedy: 'choose another name',
  reason: 'Forbidden',
  check: (self) => !self.startsWith('system'),
};

/** The longest name of a cluster: what is derived from it has to fit into 63 characters. */
export const longestClusterName = 48;
/** A cluster's name is that of a Service: a DNS label that begins with a letter (RFC 1035). */
export const clusterNamePattern = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

/** The name of a cluster. */
export function clusterName(description: string): TString {
  return string(description, {
    maxLength: longestClusterName,
    pattern: clusterNamePattern,
    form: 'lower-case letters, digits and dashes, with a letter at the start and a letter or digit at the end',
  });
}

/** A number of secondaries, or `pool`. */
export function secondariesOrPool(description: string): TUnsafe<number | 'pool'> {
  return integerOrString<number | 'pool'>(description, {
    minimum: 0,
    maximum: 20,
    maxLength: 4,
    pattern: '^pool$',
    form: 'a number from 0 to 20, or pool',
  });
}

const condition = object('One condition.', {
  type: string('What the condition is about, such as Ready.', { maxLength: 316 }),
  status: choice('Whether it holds.', ['True', 'False', 'Unknown']),
  observedGeneration: optional(
    integer('The generation of the object that the condition was judged on.', {
      minimum: 0,
      format: 'int64',
    }),
  ),
  lastTransitionTime: time('When the status last changed.'),
  reason: string('Why, as one word for programs.', {
    minLength: 1,
    maxLength: 1024,
    pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
  }),
  message: string('Why, as a sentence for people.', { maxLength: 32768 }),
});

/** The status fields that every kind has. */
export const commonStatus = {
  observedGeneration: optional(
    integer('The generation of the object that this status is about.', { minimum: 0, format: 'int64' }),
  ),
  conditions: optional(
    listMap(
      'What holds and what does not: Ready, Reconciling, Stalled and the conditions of the kind.',
      'type',
      condition,
      {
        maxItems: 32,
      },
    ),
  ),
  phase: optional(
    string('One word that sums up the conditions; for people, not for programs.', { maxLength: 64 }),
  ),
  message: optional(string('One sentence that sums up the conditions.', { maxLength: 32768 })),
};

/** A number of servers or database copies in a status. */
export function count(description: string): TInteger {
  return integer(description, { minimum: 0 });
}
