import { describe, expect, it } from '@jest/globals';
import { asError, isKubeError, KubeError, type KubeErrorReason } from './errors.ts';

/** Of a request that changes something: may it have taken effect? */
const mayHaveHappened: Readonly<Record<KubeErrorReason, boolean>> = {
  BadRequest: false,
  Unauthorized: false,
  Forbidden: false,
  NotFound: false,
  MethodNotAllowed: false,
  AlreadyExists: false,
  Conflict: false,
  Gone: false,
  Invalid: false,
  TooManyRequests: false,
  TooLargeResourceVersion: false,
  ServerTimeout: true,
  ServerError: true,
  UnexpectedStatus: true,
  ConnectionFailed: false,
  ConnectionLost: true,
  TlsFailed: false,
  DeadlineExceeded: true,
  Aborted: true,
  MalformedResponse: true,
  WriteDenied: false,
};

describe('KubeError', () => {
  it.each(Object.entries(mayHaveHappened) as [KubeErrorReason, boolean][])(
    'knows whether a change may have happened: %s %p',
    (reason, expected) => {
      expect(new KubeError('m', { reason }).outcomeUnknown).toBe(expected);
    },
  );

  it('keeps what is known of the request', () => {
    const cause = new Error('reset');
    const details = { reason: 'Invalid', status: 422, request: 'GET /x', retryAfterMs: 1, cause } as const;
    const error = new KubeError('m', { ...details, causes: [{ field: 'f' }] });
    expect(error).toMatchObject({ ...details, name: 'KubeError', message: 'm', causes: [{ field: 'f' }] });
  });

  it('is content with a reason', () => {
    const error = new KubeError('m', { reason: 'Aborted' });
    expect(error).toMatchObject({
      status: undefined,
      request: undefined,
      retryAfterMs: undefined,
      causes: [],
    });
    expect('cause' in error).toBe(false);
  });
});

describe('isKubeError', () => {
  const error = new KubeError('m', { reason: 'Conflict' });

  it('holds for any of the reasons, or for every one if none is given', () => {
    expect(isKubeError(error)).toBe(true);
    expect(isKubeError(error, 'NotFound', 'Conflict')).toBe(true);
    expect(isKubeError(error, 'NotFound')).toBe(false);
  });

  it('does not hold for other values', () => {
    expect([new Error('m'), { reason: 'Conflict' }, undefined].map((value) => isKubeError(value))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('asError', () => {
  it('makes an error of whatever was thrown', () => {
    const error = new TypeError('t');
    expect(asError(error)).toBe(error);
    expect(asError('text')).toEqual(new Error('text'));
    expect(asError(undefined)).toEqual(new Error('undefined'));
  });
});
