import { describe, expect, it } from '@jest/globals';
import { findAddresses, type Listening, remedyFor } from './addresses.ts';

const answering =
  (state: (host: string) => Listening) =>
  (host: string): Promise<Listening> =>
    Promise.resolve(state(host));

describe('findAddresses', () => {
  it('takes the first range that nobody uses', async () => {
    expect(await findAddresses(answering(() => 'free'))).toEqual({ range: '127.64' });
    const another = answering((host) => (host === '127.64.1.3' ? 'taken' : 'free'));
    expect(await findAddresses(another)).toEqual({ range: '127.65' });
  });

  it('names what is missing, and the command that adds it', async () => {
    const found = await findAddresses(answering((host) => (host.endsWith('.1.1') ? 'free' : 'missing')));
    const missing = 'missing' in found ? found.missing : [];
    expect(missing).toHaveLength(15);
    expect(remedyFor(missing.slice(0, 2))).toBe(
      'for address in 127.64.1.2 127.64.1.3; do sudo ifconfig lo0 alias $address up; done',
    );
  });

  it('gives up when all ranges are in use', async () => {
    await expect(findAddresses(answering(() => 'taken'))).rejects.toThrow('end other demos');
  });
});
