// Actions that chance may choose: a client that goes on as it should gets everything in the end, however long nothing else happens.
import type { Action } from './exchange.ts';
import { lines } from './lines.ts';
import { type WatchEvent, failureStatus } from './status.ts';

/** Lets the request take effect and answers that this took too long. */
export function timeoutAfterUpstream(): Action {
  return async (exchange) => {
    (await exchange.forward()).discard();
    const headers = { 'content-type': 'application/json' };
    exchange.answer(504, headers, JSON.stringify(failureStatus(504)));
  };
}

/** Passes `count` events on; those of the time after the next are lost, and then the connection. */
export function loseEventsAfter(count: number, silentMs: number): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      let passed = 0;
      for await (const line of lines(chunks)) {
        if (passed++ < count) {
          yield line;
          continue;
        }
        await exchange.wait(silentMs);
        exchange.reset();
        return;
      }
    });
  };
}

/**
 * Passes the events `number` and `number + 1` on in the wrong order, if they are of different objects and come within `withinMs`
 * of each other. They arrive together: a client that resumes from the one has seen the other.
 */
export function reorderEvents(number: number, withinMs: number): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      const rest = lines(chunks);
      for (let at = 1; at < number; at++) {
        const next = await rest.next();
        if (next.done === true) return;
        yield next.value;
      }
      const first = await rest.next();
      if (first.done === true) return;
      const coming = rest.next();
      const second = await Promise.race([coming, exchange.wait(withinMs)]);
      if (second === undefined) {
        yield first.value;
        const late = await coming;
        if (late.done === true) return;
        yield late.value;
      } else {
        const pair = [first.value, ...(second.done === true ? [] : [second.value])];
        yield Buffer.concat(mayChangePlaces(pair) ? pair.reverse() : pair);
      }
      yield* rest;
    });
  };
}

function mayChangePlaces(pair: readonly Buffer[]): boolean {
  const keys = pair.map((line) => {
    const { type, object } = JSON.parse(line.toString()) as WatchEvent;
    const { namespace = '', name } = object['metadata'] as { namespace?: string; name?: string };
    // What a bookmark promises to have been told, has to have been told.
    return type === 'BOOKMARK' || name === undefined ? '' : `${namespace}/${name}`;
  });
  return keys.length === 2 && !keys.includes('') && keys[0] !== keys[1];
}
