import { describe, expect, it } from '@jest/globals';
import { onSignals, type SignalSource } from './signals.ts';

describe('onSignals', () => {
  it('aborts at the first signal and exits at the second, whichever it is', () => {
    const { source, codes, send } = bench();
    const { signal } = onSignals(source, ['SIGTERM', 'SIGINT']);
    expect(signal.aborted).toBe(false);
    send('SIGTERM');
    expect(signal.reason).toEqual(new Error('received SIGTERM'));
    expect(codes).toEqual([]);
    send('SIGINT');
    expect(codes).toEqual([130]);
  });

  it('leaves the signals to others once it is released', () => {
    const { source, codes, listeners, send } = bench();
    const { signal, release } = onSignals(source, ['SIGTERM', 'SIGINT']);
    send('SIGTERM');
    release();
    send('SIGTERM');
    expect(signal.aborted).toBe(true);
    expect(codes).toEqual([]);
    expect(listeners.size).toBe(0);
  });
});

function bench() {
  const listeners = new Map<NodeJS.Signals, (signal: NodeJS.Signals) => void>();
  const codes: number[] = [];
  const source: SignalSource = {
    on: (name, listener) => listeners.set(name, listener),
    off: (name, listener) => listeners.get(name) === listener && listeners.delete(name),
    exit: (code) => codes.push(code),
  };
  return { source, codes, listeners, send: (signal: NodeJS.Signals) => listeners.get(signal)?.(signal) };
}
