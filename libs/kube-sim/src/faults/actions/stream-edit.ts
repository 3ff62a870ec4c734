// Watches whose events are not those that the API server sent.
import type { Action } from '../exchange.ts';
import { lines } from '../lines.ts';
import type { WatchEvent } from '../status.ts';

/**
 * Passes on what `edit` makes of each event: nothing, it, another, or more than one.
 *
 * @param edit - gets the event and its number in this answer, counted from 1
 */
export function editEvents(edit: (event: WatchEvent, number: number) => readonly WatchEvent[]): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      let number = 0;
      for await (const line of lines(chunks)) {
        const events = edit(JSON.parse(line.toString()) as WatchEvent, ++number);
        if (events.length > 0) yield encode(events);
      }
    });
  };
}

/** Passes each of the first `count` events on twice. */
export function duplicateEvents(count: number): Action {
  return editEvents((event, number) => (number <= count ? [event, event] : [event]));
}

/** Leaves `count` events out, from the event `number` on. */
export function dropEvents(number: number, count = 1): Action {
  return editEvents((event, at) => (at >= number && at < number + count ? [] : [event]));
}

/** Passes the events `number` and `number + 1` on in the wrong order. */
export function swapEvents(number: number): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      let passed = 0;
      let held: Buffer | undefined;
      for await (const line of lines(chunks)) {
        if (++passed === number) {
          held = line;
          continue;
        }
        yield line;
        if (held !== undefined) yield held;
        held = undefined;
      }
    });
  };
}

/** Puts an event of the test's own behind `after` events of the API server. */
export function injectEvent(injected: WatchEvent, after = 0): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      let passed = 0;
      if (after === 0) yield encode([injected]);
      for await (const line of lines(chunks)) {
        yield line;
        if (++passed === after) yield encode([injected]);
      }
    });
  };
}

function encode(events: readonly WatchEvent[]): Buffer {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}
