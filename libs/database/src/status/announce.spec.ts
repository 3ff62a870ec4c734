import { expect, it } from '@jest/globals';
import type { Condition } from '@neo4j-operator/reconcile-kit';
import { announce } from './announce.ts';

const condition = (type: string, status: Condition['status'], reason = 'Any'): Condition => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: '',
});

it.each([
  ['is ready', condition('Ready', 'True'), undefined, 'Normal'],
  ['is not ready any more', condition('Ready', 'False'), condition('Ready', 'True'), 'Warning'],
  ['goes', condition('Ready', 'False', 'Deleting'), condition('Ready', 'True'), undefined],
  ['is changed', condition('Ready', 'False', 'ChangingTopology'), condition('Ready', 'True'), undefined],
  ['is not ready yet', condition('Ready', 'False'), undefined, undefined],
  ['needs somebody', condition('Stalled', 'True'), condition('Stalled', 'False'), 'Warning'],
  ['goes on', condition('Stalled', 'False'), condition('Stalled', 'True'), undefined],
] as const)('a database that %s', (_, now, before, expected) => {
  expect(announce(now, before)).toBe(expected);
});
