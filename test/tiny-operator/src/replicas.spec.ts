import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import { type AuditEntry, isLease, isWrite } from '../../controlplane/src/index.ts';
import { eventually } from './eventually.spec-helper.ts';
import { type Build, builtOperator, OperatorProcess } from './operator.spec-helper.ts';
import { Stage } from './stage.spec-helper.ts';

describeOnControlPlanes('Two replicas of the tiny operator', (start) => {
  let build: Build;
  let stage: Stage;
  const replicas = new Map<'one' | 'two', OperatorProcess>();

  beforeAll(async () => {
    build = builtOperator();
    stage = await Stage.open(start, ['one', 'two']);
  });
  afterAll(async () => {
    build.remove();
    await stage.controlPlane.stop();
  });
  beforeEach(async () => {
    await join('one');
    await eventually(() => {
      expect(replicas.get('one')?.messages('info')).toContain('Leading');
    });
    await join('two');
  });
  afterEach(async () => {
    for (const replica of replicas.values()) await replica.stop('SIGKILL');
    replicas.clear();
    await stage.controlPlane.kubectl(['delete', 'lease', 'tiny-operator', '--ignore-not-found']);
  });

  async function join(user: 'one' | 'two'): Promise<void> {
    const { kubeconfigFile } = stage.controlPlane.tokenUser(user);
    const replica = OperatorProcess.start(build.program, kubeconfigFile);
    replicas.set(user, replica);
    await replica.ready();
  }

  it.each([
    { signal: 'SIGTERM', when: 'at once' },
    { signal: 'SIGKILL', when: 'when the lease has run out' },
  ] as const)('hand over on $signal $when, and never write at the same time', async ({ signal }) => {
    const name = `handed-over-${signal.toLowerCase()}`;
    const since = stage.controlPlane.audit.position();
    await stage.create('default', name, 'by one');
    await stage.settled('default', name, 'by one');
    expect(writesOf('two', since)).toEqual([]);

    const leader = replicas.get('one');
    const told = systemClock.now();
    leader?.kill(signal);
    await stage.edit('default', name, 'by two');
    await stage.settled('default', name, 'by two');
    expect(await leader?.ended()).toBe(signal === 'SIGTERM' ? 0 : null);

    const before = writesOf('one', since);
    const after = writesOf('two', since);
    const first = Math.min(...after.map(({ receivedAt }) => receivedAt));
    process.stdout.write(
      `hand-over on ${signal}: ${String(Math.round(first - told))} ms to the next writer\n`,
    );
    expect(before.filter(({ stageAt }) => stageAt >= first)).toEqual([]);
    expect(after.filter(isLease)).not.toEqual([]);
    expect(after.map(({ resource }) => resource?.resource)).toContain('configmaps');
  });

  function writesOf(user: 'one' | 'two', since: number): readonly AuditEntry[] {
    return stage.controlPlane.audit
      .entries({ since })
      .filter((entry) => entry.user === user && isWrite(entry));
  }
});
