// Faults after the request has taken effect.
import type { Action } from '../exchange.ts';

/** Resets the connection in the place of the answer. */
export function resetAfterUpstream(): Action {
  return async (exchange) => {
    (await exchange.forward()).discard();
    exchange.reset();
  };
}

/** Keeps the connection open and never passes the answer on. */
export function dropResponse(): Action {
  return async (exchange) => {
    (await exchange.forward()).discard();
    await exchange.untilClientGone();
  };
}

/** Passes the answer on `delayMs` milliseconds later. */
export function delay(delayMs: number): Action {
  return async (exchange) => {
    const answer = await exchange.forward();
    await exchange.wait(delayMs);
    await exchange.relay(answer);
  };
}
