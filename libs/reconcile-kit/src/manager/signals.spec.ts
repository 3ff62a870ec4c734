import { describe, expect, it } from '@jest/globals';
import { onSignals } from './signals.ts';

describe('onSignals', () => {
  it('aborts at the first signal and exits at the second, whichever it is', () => {
    const listeners = new Map<NodeJS.Signals, (signal: NodeJS.Signals) => void>();
    const codes: number[] = [];
    const send = (signal: NodeJS.Signals) => listeners.get(signal)?.(signal);
    const signal = onSignals(
      { on: (name, listener) => listeners.set(name, listener), exit: (code) => codes.push(code) },
      ['SIGTERM', 'SIGINT'],
    );
    expect(signal.aborted).toBe(false);
    send('SIGTERM');
    expect(signal.reason).toEqual(new Error('received SIGTERM'));
    expect(codes).toEqual([]);
    send('SIGINT');
    expect(codes).toEqual([130]);
  });
});
