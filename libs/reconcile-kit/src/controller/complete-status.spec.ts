import { describe, expect, it } from '@jest/globals';
import { TerminalError } from '../core/pass-errors.ts';
import { completeConditions, failureStatus } from './complete-status.ts';
import type { ConditionInput, StatusFields } from './definition.ts';

const readyTrue: ConditionInput = { type: 'Ready', status: 'True', reason: 'AllReady', message: '' };
const blocked = [
  { rule: 'quorumKept', message: 'two of three', action: 'restart' },
  { rule: 'window', message: 'closed', action: 'restart' },
];

function conditions(
  fields: StatusFields,
  outcome: Partial<Parameters<typeof completeConditions>[1]> = {},
): Record<string, string> {
  const all = completeConditions(fields, { blocked: [], error: undefined, ...outcome });
  return Object.fromEntries(all.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

describe('completeConditions', () => {
  it('adds the three that every kind has', () => {
    expect(conditions({})).toEqual({
      Ready: 'Unknown NoVerdict',
      Reconciling: 'False Settled',
      Stalled: 'False NotStalled',
    });
  });

  it('keeps what is stated', () => {
    const reconciling: ConditionInput = {
      type: 'Reconciling',
      status: 'True',
      reason: 'Rolling',
      message: '1/3',
    };
    const own: ConditionInput = { type: 'Own', status: 'False', reason: 'X', message: '' };
    expect(conditions({ conditions: [readyTrue, reconciling, own] })).toEqual({
      Ready: 'True AllReady',
      Reconciling: 'True Rolling',
      Own: 'False X',
      Stalled: 'False NotStalled',
    });
  });

  it('tells which rule blocks, and what it found', () => {
    const all = completeConditions({}, { blocked, error: undefined });
    expect(all.find(({ type }) => type === 'Reconciling')).toEqual({
      type: 'Reconciling',
      status: 'True',
      reason: 'Blocked',
      message: 'restart: quorumKept: two of three',
    });
  });

  it('tells that a next step is due', () => {
    expect(conditions({}, { plan: { requeueAfterMs: 1 } })).toMatchObject({ Reconciling: 'True InProgress' });
  });

  it('tells of a failure that is retried', () => {
    expect(conditions({ conditions: [readyTrue] }, { error: new Error('e'), blocked })).toEqual({
      Ready: 'True AllReady',
      Reconciling: 'True Retrying',
      Stalled: 'False NotStalled',
    });
  });

  it('tells of a failure that waits for a change', () => {
    expect(conditions({}, { error: new TerminalError('TooLarge', 'm') })).toEqual({
      Ready: 'False TooLarge',
      Reconciling: 'False Stalled',
      Stalled: 'True TooLarge',
    });
  });
});

describe('failureStatus', () => {
  const previous: StatusFields = {
    size: 3,
    conditions: [
      { ...readyTrue, observedGeneration: 1 },
      { type: 'Reconciling', status: 'False', reason: 'Settled', message: '' },
      { type: 'Stalled', status: 'True', reason: 'Old', message: '' },
    ],
  };

  it('keeps what was known, with the generation it was known for', () => {
    expect(failureStatus(previous, new Error('e'))).toEqual({
      size: 3,
      conditions: [{ ...readyTrue, observedGeneration: 1 }],
    });
  });

  it('does not keep a verdict that a terminal error contradicts', () => {
    expect(failureStatus(previous, new TerminalError('R', 'm'))).toEqual({ size: 3, conditions: [] });
  });

  it('starts from nothing', () => {
    expect(failureStatus(undefined, new Error('e'))).toEqual({ conditions: [] });
  });
});
