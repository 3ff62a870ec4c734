import { describe, expect, it } from '@jest/globals';
import { KubeError, type KubeErrorReason } from '../core/errors.ts';
import { ConfigError } from '../transport/cluster-config.ts';
import { explainError, listenError, StartError } from './start-error.ts';

describe('explainError', () => {
  it.each<[KubeErrorReason, RegExp, number]>([
    ['Forbidden', /grant this permission/, 2],
    ['Unauthorized', /credentials/, 2],
    ['NotFound', /install the current CustomResourceDefinitions/, 2],
    ['TlsFailed', /certificate/, 2],
    ['ConnectionFailed', /cannot be reached/, 1],
    ['DeadlineExceeded', /cannot be reached/, 1],
    ['ServerError', /^GET \/x: said no$/, 1],
  ])('explains %s in one line with a remedy', (reason, expected, exitCode) => {
    const explained = explainError(new KubeError('GET /x: said no', { reason }));
    expect(explained.message).toMatch(expected);
    expect(explained.message).toMatch(/^GET \/x: said no[^\n]*$/);
    expect(explained.exitCode).toBe(exitCode);
  });

  it('takes a path that is not served for a missing resource', () => {
    const answered = (status: number): KubeError =>
      new KubeError(`GET /x: the API server answered ${String(status)}`, {
        reason: 'UnexpectedStatus',
        status,
      });
    expect(explainError(answered(404))).toEqual({
      message: expect.stringContaining('install the current CustomResourceDefinitions'),
      exitCode: 2,
    });
    expect(explainError(answered(302)).exitCode).toBe(1);
  });

  it('passes on what is clear already', () => {
    for (const error of [new ConfigError('mend the file'), new StartError('mend the file')]) {
      expect(explainError(error)).toEqual({ message: 'mend the file', exitCode: 2 });
    }
    expect(explainError(new Error('bug'))).toEqual({ message: 'bug', exitCode: 1 });
    expect(explainError('bug')).toEqual({ message: 'bug', exitCode: 1 });
  });
});

describe('listenError', () => {
  it.each([
    ['EADDRINUSE', 'port 80 is in use: stop what listens there or set --port'],
    ['EACCES', 'port 80 may not be used by this user: set --port to one above 1023'],
    ['EADDRNOTAVAIL', '10.0.0.9 is no address of this machine: correct the bind address'],
    ['EOTHER', 'cannot listen on port 80: boom; set --port to another port'],
  ])('says what to do about %s', (code, message) => {
    const cause = Object.assign(new Error('boom'), { code });
    const error = listenError(cause, { host: '10.0.0.9', port: 80, flag: '--port' });
    expect(error).toEqual(new StartError(message));
    expect(error.cause).toBe(cause);
  });
});
