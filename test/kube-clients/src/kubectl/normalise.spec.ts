import { describe, expect, it } from '@jest/globals';
import { normalise, transcript } from './normalise.ts';

const said = (output: string) => ({ command: 'get', output, errors: '', code: 0 });
const clean = (output: string): string => normalise([said(output)])[0]?.output ?? '';

describe('What kubectl says, normalised', () => {
  it('keeps which uids and addresses are the same', () => {
    const [one, other] = ['0a8bd2a8-0d3a-4cbc-9c2c-8d3d3e1d0b0a', '1a8bd2a8-0d3a-4cbc-9c2c-8d3d3e1d0b0a'];
    expect(clean(`${one} ${other} ${one} 10.0.0.7 127.9.1.2 10.0.0.7 127.0.0.1`)).toBe(
      '<uid 1> <uid 2> <uid 1> <ip 1> <ip 2> <ip 1> 127.0.0.1',
    );
  });

  it('keeps which uids are the same from one step of a scene to the next', () => {
    const uid = '0a8bd2a8-0d3a-4cbc-9c2c-8d3d3e1d0b0a';
    expect(normalise([said('x'), said(uid), said(`uid: ${uid}`)]).map(({ output }) => output)).toEqual([
      'x',
      '<uid 1>',
      'uid: <uid 1>',
    ]);
  });

  it('takes ages out of tables, but no numbers and no settings', () => {
    expect(clean('NAME   DATA   AGE\na      3      2m5s\nb      10     59s\n')).toBe(
      'NAME  DATA  AGE\na  3  <age>\nb  10  <age>\n',
    );
    expect(clean('delay=0s timeout=1s period=10s')).toBe('delay=0s timeout=1s period=10s');
  });

  it('takes generated names out, but none that somebody chose', () => {
    expect(clean('nightly-x7k2v web-0 web-6d4cf56db6 kube-system by-hand')).toBe(
      'nightly-<suffix> web-0 web-<hash> kube-system by-hand',
    );
  });

  it('takes out versions and times, and keeps indentation', () => {
    expect(clean('  resourceVersion: "12"\n  at: "2026-01-02T03:04:05Z"\n')).toBe(
      '  resourceVersion: "<version>"\n  at: "<time>"\n',
    );
  });

  it('orders what has no order', () => {
    const events = ['  Normal   Pulled  1s  kubelet  b\n', '  Normal   Created  2s  kubelet  a\n'];
    expect(clean(events.join(''))).toBe(clean(events.toReversed().join('')));
    expect(clean('b\na\n')).toBe('b\na\n');
  });
});

describe('A transcript', () => {
  it('shows commands, what they said and how they ended', () => {
    const failed = { command: 'get x', output: '', errors: 'no x', code: 1 };
    expect(transcript([said('x\n'), failed])).toBe('$ kubectl get\nx\n\n$ kubectl get x\nno x\nexit 1');
  });
});
