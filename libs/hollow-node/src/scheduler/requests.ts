// What pods ask for and nodes have, in thousandths of each resource's unit.
import { milli } from './milli.ts';
import type { Quantities, SchedulablePod } from './objects.ts';

/** Resource names to thousandths of a core, of a byte, of a piece. */
export type Amounts = Readonly<Record<string, number>>;

/** Reads quantities. */
export function amountsOf(quantities: Quantities = {}): Amounts {
  return Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, milli(quantity)]));
}

/**
 * What a node has to have for a pod: its containers together, or what its init containers need if that is more. Sidecars count
 * with both. What the pod as a whole asks for goes before (KEP-753, KEP-2837).
 */
export function requestsOf({ spec }: SchedulablePod): Amounts {
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const { restartPolicy, resources } of spec.initContainers ?? []) {
    const requests = amountsOf(resources?.requests);
    const isSidecar = restartPolicy === 'Always';
    starting = most(starting, add(sidecars, requests));
    if (isSidecar) sidecars = add(sidecars, requests);
  }
  const running = spec.containers.reduce(
    (sum, { resources }) => add(sum, amountsOf(resources?.requests)),
    sidecars,
  );
  const together = { ...most(running, starting), ...amountsOf(spec.resources?.requests) };
  return add(together, amountsOf(spec.overhead));
}

export function add(a: Amounts, b: Amounts): Amounts {
  return join(a, b, (x, y) => x + y);
}

function most(a: Amounts, b: Amounts): Amounts {
  return join(a, b, Math.max);
}

function join(a: Amounts, b: Amounts, of: (x: number, y: number) => number): Amounts {
  const joined: Record<string, number> = { ...a };
  for (const [name, amount] of Object.entries(b)) joined[name] = of(joined[name] ?? 0, amount);
  return joined;
}
