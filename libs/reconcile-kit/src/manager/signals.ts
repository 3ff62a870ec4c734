import { constants } from 'node:os';

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

/** A signal that is aborted when the first of these signals arrives. The second one ends the process at once. */
export function onSignals(source: SignalSource, signals: readonly NodeJS.Signals[]): AbortSignal {
  const controller = new AbortController();
  const listener = (signal: NodeJS.Signals): void => {
    // What a shell shows for a process that died of this signal.
    if (controller.signal.aborted) source.exit(128 + constants.signals[signal]);
    else controller.abort(new Error(`received ${signal}`));
  };
  for (const signal of signals) source.on(signal, listener);
  return controller.signal;
}
