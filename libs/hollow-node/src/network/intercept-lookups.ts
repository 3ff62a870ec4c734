// The one seam for names: `net.connect` and drivers take `lookup` from the module `dns` when they call it.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

type Answer = (error: NodeJS.ErrnoException | null, address?: unknown, family?: number) => void;
type Options = Readonly<{ all?: boolean; family?: number | string }>;

/**
 * Has `dns.lookup`, also that of `dns/promises`, ask `resolve` first, in the whole process.
 *
 * @param resolve - gives IPv4 addresses; undefined passes the question on; an empty list means that there is no such name
 * @returns puts things back
 */
export function interceptLookups(resolve: (name: string) => readonly string[] | undefined): () => void {
  const original = { lookup: dns.lookup, promised: dns.promises.lookup };

  const lookup = (name: string, ...rest: readonly unknown[]): void => {
    const addresses = resolve(name);
    const answer = rest.at(-1) as Answer;
    if (addresses === undefined) {
      (original.lookup as (...all: readonly unknown[]) => void)(name, ...rest);
      return;
    }
    const options = optionsOf(rest[0]);
    process.nextTick(() => {
      try {
        const found = pick(name, addresses, options);
        if (Array.isArray(found)) answer(null, found);
        else answer(null, found.address, found.family);
      } catch (error) {
        answer(error as NodeJS.ErrnoException);
      }
    });
  };
  const promised = async (name: string, options?: unknown): Promise<unknown> => {
    const addresses = resolve(name);
    if (addresses !== undefined) return pick(name, addresses, optionsOf(options));
    return (original.promised as (...all: readonly unknown[]) => Promise<unknown>)(name, options);
  };

  const put = (both: { lookup: unknown; promised: unknown }): void => {
    Object.assign(dns, { lookup: both.lookup });
    Object.assign(dns.promises, { lookup: both.promised });
    syncBuiltinESMExports();
  };
  // As the original: a promise of both address and family.
  put({ lookup: Object.assign(lookup, { [promisify.custom]: promised }), promised });
  return () => {
    put(original);
  };
}

function optionsOf(value: unknown): Options {
  if (typeof value === 'number') return { family: value };
  return typeof value === 'object' && value !== null ? value : {};
}

interface Found {
  readonly address: string;
  readonly family: 4;
}

function pick(name: string, addresses: readonly string[], { all, family }: Options): Found | Found[] {
  const found =
    family === 6 || family === 'IPv6' ? [] : addresses.map((address) => ({ address, family: 4 as const }));
  const [first] = found;
  if (first === undefined) {
    const error = new Error(`getaddrinfo ENOTFOUND ${name}`);
    throw Object.assign(error, { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname: name });
  }
  return all === true ? found : first;
}
