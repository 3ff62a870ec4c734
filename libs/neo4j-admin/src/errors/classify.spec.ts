import { describe, expect, it } from '@jest/globals';
import type { BoltFailure } from '../connection/bolt-connector.ts';
import { classify } from './classify.ts';

function server(code: string, gqlStatus = '50N42', gqlCauses: readonly string[] = []): BoltFailure {
  return { origin: 'server', code, gqlStatus, gqlCauses, message: 'some words' };
}

function way(kind: Extract<BoltFailure, { origin: 'transport' }>['kind'], mayHaveRun = false): BoltFailure {
  return { origin: 'transport', kind, mayHaveRun, message: 'some words' };
}

describe('classify', () => {
  it.each<readonly [BoltFailure, string, string]>([
    [server('Neo.ClientError.Security.Unauthorized', '42NFF'), 'Unauthorized', 'credentials'],
    [server('Neo.ClientError.Security.Forbidden', '42NFF'), 'Forbidden', 'give-up'],
    [server('Neo.ClientError.Security.AuthenticationRateLimit'), 'LockedOut', 'credentials'],
    [server('Neo.ClientError.Security.CredentialsExpired'), 'PasswordExpired', 'credentials'],
    [server('Neo.ClientError.Cluster.NotALeader'), 'NotLeader', 'retry'],
    [server('Neo.ClientError.Statement.UnsupportedAdministrationCommand'), 'UnsupportedEdition', 'give-up'],
    [server('Neo.ClientError.Statement.SyntaxError', '42001', ['42I06']), 'UnsupportedVersion', 'give-up'],
    [server('Neo.ClientError.Statement.ArgumentError', '42001', ['42N09']), 'NotFound', 'give-up'],
    [server('Neo.ClientError.Statement.ArgumentError'), 'InvalidArgument', 'give-up'],
    [server('Neo.ClientError.General.InvalidArguments', '51N43'), 'CannotDeallocate', 'give-up'],
    [server('Neo.ClientError.General.InvalidArguments', '51N44'), 'CannotDropServer', 'give-up'],
    [server('Neo.TransientError.General.DatabaseUnavailable'), 'DatabaseUnavailable', 'retry'],
    [server('Neo.TransientError.Transaction.DeadlockDetected'), 'Transient', 'retry'],
    [server('Neo.DatabaseError.General.UnknownError'), 'ServerFault', 'retry'],
    [way('unreachable'), 'Unreachable', 'retry'],
    [way('tls-untrusted'), 'TlsNotTrusted', 'give-up'],
    [way('tls-expected'), 'TlsExpected', 'give-up'],
    [way('timeout'), 'TimedOut', 'retry'],
  ])('%j is %s: %s', (failure, reason, remedy) => {
    expect(classify(failure, 'SHOW SERVERS')).toMatchObject({ reason, remedy });
  });

  it('takes the code before the status, which older servers do not give', () => {
    expect(classify(server('Neo.ClientError.Security.Forbidden', '42NFD'), '').reason).toBe('Forbidden');
  });

  it('knows that a statement may have run although its answer is an error', () => {
    expect(classify(way('lost', true), '').outcomeUnknown).toBe(true);
    expect(classify(server('Neo.TransientError.Cluster.ReplicationFailure'), '').outcomeUnknown).toBe(true);
    // What was committed before stays: with WAIT, or in the batches of CALL ... IN TRANSACTIONS.
    expect(classify(server('Neo.ClientError.Transaction.TransactionTimedOut'), '').outcomeUnknown).toBe(true);
    expect(classify(server('Neo.TransientError.Transaction.LeaderSwitch'), '').outcomeUnknown).toBe(true);
    expect(classify(server('Neo.DatabaseError.General.UnknownError'), '').outcomeUnknown).toBe(true);
    expect(classify(server('Neo.ClientError.Security.Forbidden'), '').outcomeUnknown).toBe(false);
    expect(classify(server('Neo.TransientError.General.DatabaseUnavailable'), '').outcomeUnknown).toBe(false);
  });

  it('says what was tried and what the server said', () => {
    const error = classify(server('Neo.ClientError.Security.Forbidden'), 'bolt://a:7687: SHOW SERVERS');
    expect(error.message).toBe('bolt://a:7687: SHOW SERVERS: Neo.ClientError.Security.Forbidden: some words');
    expect(error.code).toBe('Neo.ClientError.Security.Forbidden');
  });
});
