import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { isKubeError } from '../core/errors.ts';
import { LeaseWriteGate } from './write-gate.ts';

function denial(gate: LeaseWriteGate, deadlineMs: number): string | undefined {
  try {
    gate.admit(deadlineMs);
    return undefined;
  } catch (error) {
    if (!isKubeError(error, 'WriteDenied')) throw error;
    return error.message;
  }
}

describe('the write gate of a lease', () => {
  it('is shut before the first renewal and once closed', () => {
    const gate = new LeaseWriteGate(new VirtualClock(), 15_000);
    expect(denial(gate, 0)).toBe('The change was not sent: this process is not the leader.');
    gate.renewed(0);
    expect(denial(gate, 0)).toBeUndefined();
    gate.close();
    expect(denial(gate, 0)).toBeDefined();
  });

  it('says how long leadership is certain when a request could outlast it', async () => {
    const clock = new VirtualClock();
    const gate = new LeaseWriteGate(clock, 15_000);
    gate.renewed(clock.monotonic());
    await clock.advance(5000);
    expect(denial(gate, 10_000)).toBe(
      'The change was not sent: it may take 10000 ms but leadership is certain for 9000 ms only.',
    );
  });

  it('admits exactly what is over a second before the lease runs out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 60 }),
        fc.nat(70_000),
        fc.nat(70_000),
        async (durationSeconds, ageMs, deadlineMs) => {
          const clock = new VirtualClock();
          const gate = new LeaseWriteGate(clock, durationSeconds * 1000);
          gate.renewed(0);
          await clock.advance(ageMs);
          expect(denial(gate, deadlineMs) === undefined).toBe(
            ageMs + deadlineMs <= durationSeconds * 1000 - 1000,
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
