import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import { describeWithControlPlane } from '../../controlplane/src/describe.ts';
import { type AuditEntry, isWrite } from '../../controlplane/src/index.ts';
import { eventually } from './eventually.spec-helper.ts';
import { type Build, buildOperator, OperatorProcess } from './operator.spec-helper.ts';
import { Stage } from './stage.spec-helper.ts';

describeWithControlPlane('Two replicas of the tiny operator', () => {
  let build: Build;
  let stage: Stage;
  const replicas = new Map<'one' | 'two', OperatorProcess>();

  beforeAll(async () => {
    build = buildOperator();
    stage = await Stage.open(['one', 'two']);
  });
  afterAll(async () => {
    await stage.controlPlane.stop();
    build.remove();
  });
  beforeEach(async () => {
    await start('one');
    await eventually(() => {
      expect(replicas.get('one')?.messages('info')).toContain('Leading');
    });
    await start('two');
  });
  afterEach(async () => {
    for (const replica of replicas.values()) await replica.stop('SIGKILL');
    replicas.clear();
    await stage.controlPlane.kubectl(['delete', 'lease', 'tiny-operator', '--ignore-not-found']);
  });

  async function start(user: 'one' | 'two'): Promise<void> {
    const { kubeconfigFile } = stage.controlPlane.tokenUser(user);
    const replica = await OperatorProcess.start(build.program, kubeconfigFile);
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

    const told = systemClock.monotonic();
    replicas.get('one')?.kill(signal);
    await stage.edit('default', name, 'by two');
    await stage.settled('default', name, 'by two');
    process.stdout.write(
      `hand-over on ${signal}: ${String(Math.round(systemClock.monotonic() - told))} ms\n`,
    );

    const last = Math.max(...writesOf('one', since).map(({ stageAt }) => stageAt));
    const first = Math.min(...writesOf('two', since).map(({ receivedAt }) => receivedAt));
    expect(first).toBeGreaterThan(last);
  });

  function writesOf(user: 'one' | 'two', since: number): readonly AuditEntry[] {
    return stage.controlPlane.audit
      .entries({ since })
      .filter((entry) => entry.user === user && isWrite(entry));
  }
});
