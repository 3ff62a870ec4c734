import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditLog, isLease, isWrite } from './audit.ts';

let dir: string;
let audit: AuditLog;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'audit-'));
  audit = new AuditLog(join(dir, 'audit.log'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function line(verb: string, user: string, more: object = {}): string {
  const event = {
    auditID: 'id',
    stage: 'ResponseComplete',
    verb,
    user: { username: user },
    requestURI: '/api/v1/configmaps',
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-01-01T00:00:00.000250Z',
    stageTimestamp: '2026-01-01T00:00:01.000000Z',
    ...more,
  };
  return `${JSON.stringify(event)}\n`;
}

describe('AuditLog', () => {
  it('is empty before the first request', () => {
    expect(audit.position()).toBe(0);
    expect(audit.entries()).toEqual([]);
  });

  it('reads complete lines only, and goes on from a position', () => {
    const whole = line('create', 'é');
    appendFileSync(audit.file, whole + whole.slice(0, 20));
    expect(audit.entries()).toHaveLength(1);
    const since = audit.position() - 20;
    appendFileSync(audit.file, whole.slice(20));
    expect(audit.entries()).toHaveLength(2);
    expect(audit.entries({ since }).map(({ user }) => user)).toEqual(['é']);
    expect(audit.entries({ since: audit.position() })).toEqual([]);
  });

  it('keeps microseconds', () => {
    appendFileSync(audit.file, line('get', 'a'));
    expect(audit.entries()[0]?.receivedAt).toBe(Date.UTC(2026, 0, 1) + 0.25);
  });

  it('finds the writes of one user, each once', () => {
    const lease = {
      objectRef: { apiGroup: 'coordination.k8s.io', apiVersion: 'v1', resource: 'leases', name: 'l' },
    };
    appendFileSync(audit.file, line('get', 'a') + line('watch', 'a', { stage: 'ResponseStarted' }));
    appendFileSync(audit.file, line('create', 'b') + line('patch', 'a') + line('update', 'a', lease));
    const writes = audit.writes('a');
    expect(writes.map(({ verb }) => verb)).toEqual(['patch', 'update']);
    expect(writes.map(isLease)).toEqual([false, true]);
    expect(writes.every(isWrite)).toBe(true);
  });
});
