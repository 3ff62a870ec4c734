import { describe, expect, it } from '@jest/globals';
import type { KubeErrorReason } from '../core/errors.ts';
import { statusError, watchStatusError } from './status-error.ts';

const now = Date.UTC(2026, 0, 1);

function answered(
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): ReturnType<typeof statusError> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return statusError({ status, headers, body: new TextEncoder().encode(text) }, 'GET /api/v1/pods', now);
}

const statusOf = (more: object): object => ({ kind: 'Status', apiVersion: 'v1', status: 'Failure', ...more });

describe('statusError', () => {
  it.each<[number, string, KubeErrorReason]>([
    [400, 'BadRequest', 'BadRequest'],
    [401, 'Unauthorized', 'Unauthorized'],
    [403, 'Forbidden', 'Forbidden'],
    [404, 'NotFound', 'NotFound'],
    [405, 'MethodNotAllowed', 'MethodNotAllowed'],
    [409, 'AlreadyExists', 'AlreadyExists'],
    [409, 'Conflict', 'Conflict'],
    [410, 'Expired', 'Gone'],
    [410, 'Gone', 'Gone'],
    [422, 'Invalid', 'Invalid'],
    [429, 'TooManyRequests', 'TooManyRequests'],
    [500, 'InternalError', 'ServerError'],
    [500, 'ServerTimeout', 'ServerTimeout'],
    [500, 'Timeout', 'ServerTimeout'],
    [503, 'ServiceUnavailable', 'ServerError'],
    [504, 'Timeout', 'ServerTimeout'],
    [302, '', 'UnexpectedStatus'],
    [415, 'UnsupportedMediaType', 'UnexpectedStatus'],
  ])('takes %i %s for %s', (status, reason, expected) => {
    expect(answered(status, statusOf({ code: status, reason }))).toMatchObject({ reason: expected, status });
  });

  it.each<[number, KubeErrorReason]>([
    [404, 'UnexpectedStatus'],
    [409, 'Conflict'],
    [502, 'ServerError'],
    [504, 'ServerTimeout'],
  ])('takes %i without a Status, as proxies answer, for %s', (status, reason) => {
    const error = answered(status, '<html>Bad Gateway</html>');
    expect(error).toMatchObject({
      reason,
      request: 'GET /api/v1/pods',
      message: `GET /api/v1/pods: the API server answered ${String(status)}`,
    });
  });

  it('does not read the reason of what is no Status', () => {
    expect(answered(409, { kind: 'Pod', reason: 'AlreadyExists' }).reason).toBe('Conflict');
    expect(answered(500, 'null').reason).toBe('ServerError');
  });

  it('takes a 404 for NotFound only if it may be about the object that was asked for', () => {
    const about = (details: object | undefined, name?: string): KubeErrorReason => {
      const body = statusOf({ code: 404, reason: 'NotFound', ...(details === undefined ? {} : { details }) });
      const response = { status: 404, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) };
      return statusError(response, 'GET /x', now, name).reason;
    };
    expect(about({ name: 'w', kind: 'widgets' }, 'w')).toBe('NotFound');
    expect(about({}, 'w')).toBe('NotFound');
    expect(about(undefined, 'w')).toBe('NotFound');
    expect(about({ name: 'n', kind: 'namespaces' })).toBe('NotFound');
    expect(about({ name: 'n', kind: 'namespaces' }, 'w')).toBe('UnexpectedStatus');
  });

  it('tells a version that the server has not seen yet from other time-outs', () => {
    const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
    expect(answered(504, statusOf({ reason: 'Timeout', details: { causes } })).reason).toBe(
      'TooLargeResourceVersion',
    );
  });

  it('says what was asked and what the server says, and keeps the fields that it names', () => {
    const causes = [
      { reason: 'FieldValueInvalid', field: 'spec.size', message: 'too large' },
      { message: 'no field' },
    ];
    const error = answered(422, statusOf({ message: 'widget is invalid', details: { causes } }));
    expect(error.message).toBe('GET /api/v1/pods: widget is invalid');
    expect(error.causes).toEqual([{ field: 'spec.size', message: 'too large' }, { message: 'no field' }]);
  });

  it.each<[string | undefined, number | undefined, number | undefined]>([
    ['3', undefined, 3000],
    [undefined, 4, 4000],
    ['3', 4, 3000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', undefined, 5000],
    ['soon', 4, 4000],
    ['soon', undefined, undefined],
    [undefined, undefined, undefined],
  ])('asks to wait by header %p, else by body %p: %p ms', (header, retryAfterSeconds, waitMs) => {
    const error = answered(
      429,
      statusOf({ details: { retryAfterSeconds } }),
      header === undefined ? {} : { 'retry-after': header },
    );
    expect(error.retryAfterMs).toBe(waitMs);
  });
});

describe('watchStatusError', () => {
  it('is by the code in the Status', () => {
    const error = watchStatusError(
      statusOf({ code: 410, reason: 'Expired', message: 'too old' }),
      'GET /pods',
    );
    expect(error).toMatchObject({ reason: 'Gone', status: 410, message: 'GET /pods: too old' });
  });

  it.each([[undefined], [null], [{}], ['text'], [statusOf({ code: 'x' })]])(
    'is a fault of the server for %j',
    (object) => {
      expect(watchStatusError(object, 'GET /pods')).toMatchObject({ reason: 'ServerError', status: 500 });
    },
  );

  it('keeps to the time that the Status names', () => {
    const details = { retryAfterSeconds: 2 };
    expect(watchStatusError(statusOf({ code: 429, details }), 'GET /pods').retryAfterMs).toBe(2000);
  });
});
