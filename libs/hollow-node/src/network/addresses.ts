// Addresses of nodes and pods. All of 127.0.0.0/8 is this machine (on macOS: what `ifconfig lo0 alias` has added of it).
import type { Rng } from '@neo4j-operator/clock';

/** Hands out addresses, each to one owner at a time. */
export interface AddressPool {
  /** The owner's address; the same until it is released. */
  allot(owner: string): string;
  release(owner: string): void;
}

const perRange = 2 ** 16;
/** The first ones of a range are left out: 127.0.0.1 and what people configure by hand are among them. */
const firstUsed = 256;

/** Addresses that other processes on this machine hardly use at the same time: a range, as `127.x`, and where in it the first one is. */
export interface AddressPlace {
  readonly range: string;
  readonly start: number;
}

/** A place that is one of tens of thousands: several processes beside each other must not meet, since one would answer for the other. */
export function randomPlace(rng: Rng): AddressPlace {
  const drawn = rng.next() * 224;
  const within = drawn - Math.floor(drawn);
  return {
    range: `127.${String(16 + Math.floor(drawn))}`,
    start: firstUsed + 256 * Math.floor(within * 254),
  };
}

/**
 * A pool of the addresses that begin with `range`. What was released is used again as late as possible, so that somebody who still
 * has an old address does not reach a stranger.
 *
 * @param range - the first two bytes, as `127.64`
 * @param start - the last two bytes of the first one, as a number
 */
export function createAddressPool(range: string, start: number = firstUsed): AddressPool {
  const byOwner = new Map<string, number>();
  const taken = new Set<number>();
  let next = start;

  function take(): number {
    for (let tried = firstUsed; tried < perRange; tried++) {
      const candidate = next;
      next = next + 1 === perRange ? firstUsed : next + 1;
      const last = candidate % 256;
      if (last !== 0 && last !== 255 && !taken.has(candidate)) return candidate;
    }
    throw new RangeError(`no address of ${range}.0.0/16 is free`);
  }

  return {
    allot(owner) {
      const number = byOwner.get(owner) ?? take();
      byOwner.set(owner, number);
      taken.add(number);
      return `${range}.${String(number >> 8)}.${String(number % 256)}`;
    },
    release(owner) {
      const number = byOwner.get(owner);
      if (number === undefined) return;
      byOwner.delete(owner);
      taken.delete(number);
    },
  };
}
