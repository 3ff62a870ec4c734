import type { BoltRequest } from './requests.ts';
import { type BoltVersion, speaks } from './versions.ts';

/** How far a connection has come. */
export type Phase = 'connected' | 'authentication' | 'ready' | 'failed' | 'defunct';

/** Together these are the states of the specification: STREAMING is `ready` with a stream, TX_READY is `ready` with a transaction. */
export interface SessionState {
  readonly phase: Phase;
  readonly inTransaction: boolean;
  readonly isStreaming: boolean;
}

/** Whether a message may come in this state. Bolt manual, "Bolt Protocol server state specification". */
export function isAllowed(type: BoltRequest['type'], state: SessionState, version: BoltVersion): boolean {
  const { phase, inTransaction, isStreaming } = state;
  const isReady = phase === 'ready';
  const isIdle = isReady && !inTransaction && !isStreaming;
  switch (type) {
    case 'HELLO':
      return phase === 'connected';
    case 'LOGON':
      return phase === 'authentication';
    case 'LOGOFF':
      return isIdle && hasLogon(version);
    case 'BEGIN':
    case 'ROUTE':
      return isIdle;
    case 'TELEMETRY':
      return isIdle && speaks(version, 5, 4);
    case 'RUN':
      return isIdle || (isReady && inTransaction);
    case 'PULL':
    case 'DISCARD':
      return isReady && isStreaming;
    case 'COMMIT':
    case 'ROLLBACK':
      return isReady && inTransaction;
    case 'RESET':
      return isReady || phase === 'failed';
    case 'GOODBYE':
      return true;
  }
}

/** LOGON came with Bolt 5.1; before, the login was a part of HELLO. */
export function hasLogon(version: BoltVersion): boolean {
  return speaks(version, 5, 1);
}

/** The name of the state in the specification. */
export function nameOf({ phase, inTransaction, isStreaming }: SessionState): string {
  if (phase !== 'ready') return phase.toUpperCase();
  if (isStreaming) return inTransaction ? 'TX_STREAMING' : 'STREAMING';
  return inTransaction ? 'TX_READY' : 'READY';
}
