// Bodies that arrive in awkward pieces.
import type { Action } from '../exchange.ts';
import { lines } from '../lines.ts';

/** Passes the body on in pieces of `bytesPerTick` bytes, one every `tickMs` milliseconds. */
export function slowDrip(bytesPerTick: number, tickMs = 1000): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      for await (const piece of pieces(chunks, bytesPerTick)) {
        await exchange.wait(tickMs);
        yield piece;
      }
    });
  };
}

/** Passes each event on `delayMs` milliseconds after the one before it, and not before it has been there for as long. */
export function delayEvents(delayMs: number): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), async function* (chunks) {
      for await (const line of lines(chunks)) {
        await exchange.wait(delayMs);
        yield line;
      }
    });
  };
}

/** Passes each byte on by itself: lines and characters arrive cut wherever they can be. */
export function oneByteChunks(): Action {
  return async (exchange) => {
    await exchange.relay(await exchange.forward(), (chunks) => pieces(chunks, 1));
  };
}

async function* pieces(chunks: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += size) yield chunk.subarray(start, start + size);
  }
}
