// Ways in which a watch ends, or seems not to. An event is a line of the body; `count` of them are passed on first.
import type { Action, Exchange } from '../exchange.ts';
import { lines } from '../lines.ts';

/** Then resets the connection. */
export function resetAfterEvents(count: number): Action {
  return breakOff(count, (exchange) => exchange.resetAfterSent());
}

/** Then closes the connection in the middle of the body. */
export function finAfterEvents(count: number): Action {
  return breakOff(count, (exchange) => {
    exchange.fin();
  });
}

/** Then ends the answer properly, as the API server does when the time of a watch is over. */
export function endAfterEvents(count: number): Action {
  return breakOff(count, () => undefined);
}

/** Then passes no byte on, and leaves the connection open. */
export function blackholeAfterEvents(count: number): Action {
  return breakOff(count, (exchange) => exchange.untilClientGone());
}

/** Passes all but the last of `count` events on, half of that one, and closes the connection. */
export function truncateEvent(count: number): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      let passed = 0;
      for await (const line of lines(chunks)) {
        if (++passed < count) {
          yield line;
          continue;
        }
        yield line.subarray(0, Math.floor(line.length / 2));
        exchange.fin();
        return;
      }
    });
  };
}

function breakOff(count: number, end: (exchange: Exchange) => Promise<void> | void): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      let passed = 0;
      if (count > 0) {
        for await (const line of lines(chunks)) {
          yield line;
          if (++passed === count) break;
        }
      }
      if (passed === count) await end(exchange);
    });
  };
}
