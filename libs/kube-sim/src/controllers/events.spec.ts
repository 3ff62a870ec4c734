import { describe, expect, it } from '@jest/globals';
import { simulated } from '../simulated.spec-helper.ts';
import { createRecorder } from './events.ts';

describe('the recorder of Events', () => {
  it('counts what it has recorded, and remembers only so much', () => {
    const { sim, clock } = simulated();
    const record = createRecorder({ client: sim.client, clock, component: 'test' });
    const about = sim.client.get({ group: '', plural: 'namespaces' }, undefined, 'default');
    if (about === undefined) throw new Error('there is no namespace');
    const recorded = (message: string): unknown[] =>
      sim.client
        .list({ group: '', plural: 'events' }, 'default')
        .filter((event) => event['message'] === message)
        .map((event) => event['count']);
    record(about, 'Test', 'first');
    record(about, 'Test', 'first');
    expect(recorded('first')).toEqual([2]);
    for (let at = 0; at < 4096; at++) {
      record(
        { ...about, metadata: { ...about.metadata, name: `other-${at}`, uid: `${at}` } },
        'Test',
        'second',
      );
    }
    record(about, 'Test', 'first');
    expect(recorded('first').sort()).toEqual([1, 2]);
  });
});
