import { describe, expect, it } from '@jest/globals';
import { KubeError } from '../core/errors.ts';
import { PassTimeout, PreconditionFailed, TerminalError } from '../core/pass-errors.ts';
import { isOvertaken, verdictOf } from './verdict.ts';

const kubeError = (reason: KubeError['reason'], retryAfterMs?: number): KubeError =>
  new KubeError(reason, { reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

describe('verdictOf', () => {
  it('waits for a change after a pass that went well', () => {
    expect(verdictOf({}, undefined)).toEqual({
      result: 'success',
      requeue: { kind: 'none' },
      failure: undefined,
    });
  });

  it('looks again when the plan says so', () => {
    expect(verdictOf({ requeueAfterMs: 5000 }, undefined)).toMatchObject({
      result: 'requeue_after',
      requeue: { kind: 'after', delayMs: 5000 },
    });
  });

  it.each([0, -1, NaN])('backs off when the plan is due already: %s', (requeueAfterMs) => {
    expect(verdictOf({ requeueAfterMs }, undefined)).toMatchObject({
      result: 'requeue',
      requeue: { kind: 'back-off', atLeastMs: 0 },
    });
  });

  it('goes on soon when nothing may announce what is left', () => {
    expect(verdictOf({ again: true }, undefined)).toMatchObject({
      result: 'requeue',
      requeue: { kind: 'back-off', atLeastMs: 0 },
    });
  });

  it('looks again after a terminal error that waits for what is not watched', () => {
    const error = new TerminalError('R', 'm', { lookAgainMs: 30_000 });
    expect(verdictOf({}, error)).toEqual({
      result: 'error',
      requeue: { kind: 'after', delayMs: 30_000 },
      failure: 'terminal',
    });
  });

  it('waits for a change after a terminal error', () => {
    expect(verdictOf({ requeueAfterMs: 1 }, new TerminalError('R', 'm'))).toEqual({
      result: 'error',
      requeue: { kind: 'none' },
      failure: 'terminal',
    });
  });

  it.each([
    new PreconditionFailed('p'),
    kubeError('Conflict'),
    kubeError('WriteDenied'),
    kubeError('Aborted'),
  ])('counts no failure when the pass was overtaken: %s', (error) => {
    expect(isOvertaken(error)).toBe(true);
    expect(verdictOf({}, error)).toEqual({
      result: 'requeue',
      requeue: { kind: 'back-off', atLeastMs: 0 },
      failure: undefined,
    });
  });

  it.each<[Error, string]>([
    [new Error('e'), 'error'],
    [kubeError('ServerError'), 'error'],
    [new PassTimeout('t'), 'timeout'],
    [new TypeError('t'), 'panic'],
    [new RangeError('r'), 'panic'],
    [new ReferenceError('r'), 'panic'],
  ])('tries again after %s', (error, failure) => {
    expect(isOvertaken(error)).toBe(false);
    expect(verdictOf({}, error)).toEqual({
      result: 'error',
      requeue: { kind: 'back-off', atLeastMs: 0 },
      failure,
    });
  });

  it('keeps to what the server asked for', () => {
    expect(verdictOf({}, kubeError('TooManyRequests', 7000)).requeue).toEqual({
      kind: 'back-off',
      atLeastMs: 7000,
    });
  });
});
