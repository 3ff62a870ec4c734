import { constants } from 'node:os';

type SignalListener = (signal: NodeJS.Signals) => void;

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: SignalListener): unknown;
  off(signal: NodeJS.Signals, listener: SignalListener): unknown;
  exit(code: number): void;
}

export interface StopSignal {
  readonly signal: AbortSignal;
  /** Listens no longer: from now on the signals do what they do by default. */
  readonly release: () => void;
}

/** A signal that is aborted when the first of these signals arrives. The second one ends the process at once. */
export function onSignals(source: SignalSource, signals: readonly NodeJS.Signals[]): StopSignal {
  const controller = new AbortController();
  const listener: SignalListener = (signal) => {
    // What a shell shows for a process that died of this signal.
    if (controller.signal.aborted) source.exit(128 + constants.signals[signal]);
    else controller.abort(new Error(`received ${signal}`));
  };
  for (const signal of signals) source.on(signal, listener);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) source.off(signal, listener);
    },
  };
}
