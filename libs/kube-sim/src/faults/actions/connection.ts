// Faults of the connection, before the request is passed on: it has no effect.
import type { Action } from '../exchange.ts';

/** Resets the connection. */
export function reset(): Action {
  return (exchange) => {
    exchange.reset();
  };
}

/** Closes the connection in an orderly way, without an answer. */
export function fin(): Action {
  return (exchange) => {
    exchange.fin();
  };
}

/** Keeps the connection open and never answers. */
export function blackhole(): Action {
  return (exchange) => exchange.untilClientGone();
}
