import { choice, count, integerOrWord, listBy, object, optional, text, time } from '../schema/build.ts';
import type { Column } from './kind.ts';

const dnsLabel = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

/**
 * The longest name of a cluster. Names of its StatefulSets (`<cluster>-<n>`) and Services, and the labels on their pods, are built from it and must stay below 63
 * characters.
 */
export const maxClusterNameLength = 48;

/** What every name that becomes part of a Service's name has to look like. */
export const dnsLabelPattern = dnsLabel;

/** The name of an object in the same namespace. */
export function objectName(description: string) {
  return text(description, {
    minLength: 1,
    maxLength: 253,
    pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
    expected: 'lower-case letters, digits, - and ., with a letter or digit at both ends',
  });
}

/** The name of the cluster that an object belongs to. */
export function clusterName(description: string) {
  return text(description, {
    minLength: 1,
    maxLength: maxClusterNameLength,
    pattern: dnsLabel,
    expected: 'lower-case letters, digits and -, with a letter first and no - at the end',
  });
}

/** The name of a database. Lower case only: Neo4j ignores case, Kubernetes does not. */
export function databaseName(description: string) {
  return text(description, {
    minLength: 3,
    maxLength: 63,
    pattern: '^[a-z][a-z0-9.-]*[a-z0-9]$',
    expected: 'lower-case letters, digits, . and -, with a letter first and a letter or digit at the end',
  });
}

/** Secondaries of a database. */
export function databaseSecondaries(description: string) {
  return integerOrWord(description, 0, 20, 'pool');
}

/** `status.conditions`. */
export function conditions() {
  return listBy(
    'type',
    'What is true of the object at the moment, and why.',
    32,
    object('One aspect of the state.', {
      type: text('The aspect, such as Ready, Reconciling or Stalled.', { minLength: 1, maxLength: 316 }),
      status: choice('Whether it holds.', ['True', 'False', 'Unknown']),
      reason: text('Why, as one word from a documented list.', { minLength: 1, maxLength: 1024 }),
      message: text('Why, in words.', { maxLength: 32768 }),
      lastTransitionTime: time('When `status` last changed.'),
      observedGeneration: optional(count('The metadata.generation that the condition was judged for.')),
    }),
  );
}

/** The fields that every status begins with. */
export function commonStatus() {
  return {
    observedGeneration: optional(count('The metadata.generation that the last pass worked on.')),
    conditions: optional(conditions()),
    phase: optional(
      text('A word that sums the conditions up, for people. Programs read the conditions.', {
        maxLength: 64,
      }),
    ),
    message: optional(text('What goes on or what is in the way, in a sentence.', { maxLength: 32768 })),
  };
}

/** The columns that end every listing. */
export const commonColumns: readonly Column[] = [
  {
    name: 'Ready',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].status',
    description: 'Whether the object is as its spec asks.',
  },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase', description: 'The state in a word.' },
  {
    name: 'Reason',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
    description: 'Why it is ready or not.',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
];
