import { describe, expect, it } from '@jest/globals';
import type { ServerObservation } from '../observation.ts';
import { database, inputOf, primaries, secondaries, servers } from './pool.spec-helper.ts';
import { keepsQuorum, majority, minHealthyPrimaries, quorumAtRisk, quorumMajority } from './quorum.ts';

/** The rule alone, for situations that another one holds already. */
function majorityMessage(
  name: 'primaries' | 'secondaries',
  present: readonly ServerObservation[],
  replicas: number,
) {
  return quorumMajority.apply({ ...inputOf(name, { servers: present }), replicas })?.message;
}

const votingIn = (name: string, present: readonly ServerObservation[]): readonly ServerObservation[] =>
  present.map((server) => ({ ...server, primaryOf: [name] }));

describe('keepsQuorum', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
  ])('counts on more than half: of %d voters %d', (voters, votes) => {
    expect(majority(voters)).toBe(votes);
    expect(keepsQuorum({ members: voters, ready: votes, removed: 0, primaries: [] })).toBe(true);
    expect(keepsQuorum({ members: voters, ready: votes - 1, removed: 0, primaries: [] })).toBe(false);
  });

  it('takes those that go from those that are ready', () => {
    expect(keepsQuorum({ members: 5, ready: 5, removed: 2, primaries: [] })).toBe(true);
    expect(keepsQuorum({ members: 5, ready: 4, removed: 2, primaries: [] })).toBe(false);
  });

  it('asks for a majority of the widest database too', () => {
    expect(keepsQuorum({ members: 5, ready: 5, removed: 2, primaries: [3, 5] })).toBe(true);
    expect(keepsQuorum({ members: 5, ready: 5, removed: 2, primaries: [3, 7] })).toBe(false);
  });

  it('keeps nothing where a count cannot be read', () => {
    expect(keepsQuorum({ members: 5, ready: NaN, removed: 0, primaries: [] })).toBe(false);
    expect(keepsQuorum({ members: 5, ready: 5, removed: 0, primaries: [NaN] })).toBe(false);
  });
});

describe('the number of primaries', () => {
  const three = servers({ ready: 3 });
  const five = servers({ ready: 5 });

  it('is odd: a growth takes one more', () => {
    const { replicas, limits } = primaries({ servers: three }, 4);
    expect(replicas).toBe(5);
    expect(limits).toEqual([
      { rule: 'OddPrimaries', from: 4, to: 5, message: 'Primaries come in odd numbers, and 4 is even.' },
    ]);
  });

  it('is odd: a growth takes one fewer where one more is above the maximum', () => {
    expect(primaries({ servers: three, policy: { maxReplicas: 4 } }, 4)).toMatchObject({
      replicas: 3,
      rules: ['OddPrimaries'],
    });
  });

  it('is odd: a shrink keeps one more', () => {
    expect(primaries({ servers: five }, 4)).toMatchObject({ replicas: 5, rules: ['OddPrimaries'] });
  });

  it('is odd: a shrink to an even maximum goes below it', () => {
    expect(primaries({ servers: five, policy: { maxReplicas: 4 } }, 5)).toMatchObject({
      replicas: 3,
      rules: ['MaxReplicas', 'OddPrimaries'],
    });
  });

  it('stays where no odd number lies within the bounds', () => {
    const policy = { minReplicas: 4, maxReplicas: 4 };
    for (const present of [three, five])
      expect(primaries({ servers: present, policy }, 4).replicas).toBe(present.length);
  });

  it('stays even while nothing is asked for', () => {
    expect(primaries({ servers: servers({ ready: 4 }) }, 4)).toMatchObject({ replicas: 4, rules: [] });
  });

  it('never goes from several to one or back, for half of a pair is no majority', () => {
    expect(primaries({ servers: three }, 1)).toMatchObject({ replicas: 3, rules: ['QuorumMajority'] });
    expect(primaries({ servers: servers({ ready: 1 }) }, 3)).toMatchObject({
      replicas: 1,
      rules: ['QuorumMajority'],
    });
  });

  it('keeps as many healthy ones as the policy asks for', () => {
    const policy = { quorum: { enabled: true, minHealthyPrimaries: 4 } };
    expect(primaries({ servers: five, policy }, 3).limits).toEqual([
      {
        rule: 'MinHealthyPrimaries',
        from: 3,
        to: 5,
        message: '3 ready primaries would be left, and minHealthyPrimaries is 4.',
      },
    ]);
    const off = { quorum: { enabled: false, minHealthyPrimaries: 4 } };
    expect(primaries({ servers: five, policy: off }, 3).replicas).toBe(3);
  });

  it('counts ready ones only as healthy', () => {
    const policy = { quorum: { enabled: true, minHealthyPrimaries: 5 } };
    const input = inputOf('primaries', { servers: servers({ ready: 6, unready: 1 }), policy });
    expect(minHealthyPrimaries.apply({ ...input, replicas: 5 })?.replicas).toBe(7);
  });
});

describe('a majority', () => {
  it('must stay ready of the pool as it was', () => {
    expect(majorityMessage('primaries', servers({ ready: 4, unready: 1 }), 3)).toBe(
      '2 of 5 primaries would be left ready, and a majority is 3.',
    );
    expect(majorityMessage('primaries', servers({ ready: 6, unready: 1 }), 5)).toBeUndefined();
  });

  it('counts as members those that are asked for and not there', () => {
    const input = inputOf('primaries', { servers: servers({ ready: 4 }), asked: 7 });
    expect(quorumMajority.apply({ ...input, replicas: 3 })?.message).toBe(
      '3 of 7 primaries would be left ready, and a majority is 4.',
    );
  });

  it('must be ready for a growth, for the new ones count before they can vote', () => {
    expect(majorityMessage('primaries', servers({ ready: 3 }), 5)).toBeUndefined();
    expect(majorityMessage('primaries', servers({ ready: 2, unready: 1 }), 5)).toBe(
      '2 of 5 primaries would be ready until the new ones have joined, and a majority is 3.',
    );
  });

  it('of what each database asks for must be able to stay', () => {
    const databases = [database('orders', 7)];
    const input = inputOf('primaries', { servers: servers({ ready: 5 }), observation: { databases } });
    expect(quorumMajority.apply({ ...input, replicas: 3 })?.message).toBe(
      '3 ready primaries would be left, and orders needs a majority of 7.',
    );
  });

  it('of the copies of each database must be online before they can move', () => {
    const hosts = votingIn('orders', servers({ ready: 1, unready: 2 }, 'host'));
    const present = [...hosts, ...servers({ ready: 6 }, 'other')];
    const databases = [database('orders', 3)];
    const input = inputOf('primaries', { servers: present, observation: { databases } });
    expect(quorumMajority.apply({ ...input, replicas: 7 })?.message).toBe(
      '1 of 3 primary copies of orders are online, which is no majority.',
    );
  });

  it('of the servers that vote in system is kept when secondaries are among them', () => {
    const core = votingIn('system', servers({ ready: 2, unready: 1 }, 'core'));
    const voting = votingIn('system', servers({ ready: 2 }, 'read'));
    const situation = { servers: voting, other: core };
    expect(secondaries(situation, 1)).toMatchObject({ replicas: 1 });
    const worse = { servers: voting, other: votingIn('system', servers({ ready: 1, unready: 2 }, 'core')) };
    expect(secondaries(worse, 1).limits).toEqual([
      {
        rule: 'QuorumMajority',
        from: 1,
        to: 2,
        message: '2 of 5 servers that vote in system would be left ready, and a majority is 3.',
      },
    ]);
    const silent = { servers: servers({ ready: 2 }, 'read'), other: worse.other };
    expect(secondaries(silent, 1).replicas).toBe(1);
  });
});

describe('an unhealthy server', () => {
  it('holds primaries in both directions', () => {
    const situation = { servers: servers({ ready: 8, unready: 1 }) };
    for (const wanted of [7, 11]) {
      const { replicas, limits } = primaries(situation, wanted);
      expect(replicas).toBe(9);
      expect(limits.at(-1)).toMatchObject({ rule: 'UnhealthyServer', message: 'graph-9 is not ready.' });
    }
  });

  it('among secondaries holds their shrink and that of the primaries, and no growth', () => {
    const reads = servers({ ready: 2, unready: 1 }, 'read');
    expect(secondaries({ servers: reads }, 2)).toMatchObject({ replicas: 3, rules: ['UnhealthyServer'] });
    expect(secondaries({ servers: reads }, 4).replicas).toBe(4);
    const core = { servers: servers({ ready: 5 }), other: reads };
    expect(primaries(core, 3)).toMatchObject({ replicas: 5, rules: ['UnhealthyServer'] });
    expect(primaries(core, 7).replicas).toBe(7);
  });

  it('among primaries holds no secondaries', () => {
    const situation = { servers: servers({ ready: 3 }), other: servers({ ready: 2, unready: 1 }, 'core') };
    expect(secondaries(situation, 2).replicas).toBe(2);
  });
});

describe('quorumAtRisk', () => {
  const seen = (present: readonly ServerObservation[]) => ({
    databases: [],
    pools: { primaries: { servers: present } },
  });

  it('tells a decision that leaves no majority', () => {
    expect(quorumAtRisk(seen(servers({ ready: 4, unready: 1 })), 'primaries', 3)).toBe(true);
    expect(quorumAtRisk(seen(servers({ ready: 5 })), 'primaries', 3)).toBe(false);
  });

  it('is no fault of a decision that changes nothing', () => {
    expect(quorumAtRisk(seen(servers({ ready: 1, unready: 2 })), 'primaries', 3)).toBe(false);
  });

  it('does not concern a pool that was not seen', () => {
    expect(quorumAtRisk(seen(servers({ ready: 3 })), 'secondaries', 1)).toBe(false);
  });
});
