import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { findAddresses, type Listening, remedyFor } from '../../../tools/demo/addresses.ts';

/** A machine on which some addresses are taken or missing, by what they begin with. */
function machine(states: Readonly<Record<string, Listening>>) {
  return (host: string): Promise<Listening> => {
    const [, state = 'free' as const] =
      Object.entries(states).find(([start]) => host.startsWith(start)) ?? [];
    return Promise.resolve(state);
  };
}

describe('The addresses of pods', () => {
  it('are in the first range that nobody uses', async () => {
    expect(await findAddresses(machine({}))).toEqual({ range: '127.64' });
    expect(await findAddresses(machine({ '127.64.1.3': 'taken', '127.65': 'taken' }))).toEqual({
      range: '127.66',
    });
  });

  it('that the machine does not answer on are named, with the command that adds them', async () => {
    const missing = ['127.64.1.7', '127.64.1.16'];
    const found = await findAddresses(machine({ '127.64.1.7': 'missing', '127.64.1.16': 'missing' }));
    expect(found).toEqual({ missing });
    expect(remedyFor(missing)).toBe(
      'for address in 127.64.1.7 127.64.1.16; do sudo ifconfig lo0 alias $address up; done',
    );
  });

  it('may be in use everywhere', async () => {
    await expect(findAddresses(machine({ '127.': 'taken' }))).rejects.toThrow('end other demos');
  });

  it('are tried by listening there', async () => {
    const found = await findAddresses();
    if ('missing' in found) return;
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen({ host: `${found.range}.1.2`, port: 7687 }, resolve);
    });
    try {
      expect(await findAddresses()).not.toEqual(found);
    } finally {
      server.close();
    }
  });
});
