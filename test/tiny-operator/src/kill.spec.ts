import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import { isLease } from '../../controlplane/src/index.ts';
import { type FaultProxy, type RequestRecord, startFaultProxy } from '../../faultproxy/src/index.ts';
import { type Build, builtOperator, OperatorProcess } from './operator.spec-helper.ts';
import { SettledMinute } from './settled.spec-helper.ts';
import { Stage } from './stage.spec-helper.ts';

describeOnControlPlanes('The tiny operator, killed at each of its requests and left alone', (start) => {
  let build: Build;
  let stage: Stage;
  let proxy: FaultProxy;
  let settled: SettledMinute;

  beforeAll(async () => {
    build = builtOperator();
    stage = await Stage.open(start, ['operator']);
    proxy = await startFaultProxy(stage.controlPlane.address);
    settled = await SettledMinute.begin(start, build);
  });
  afterAll(async () => {
    await settled.stop();
    await proxy.stop();
    build.remove();
    await stage.controlPlane.stop();
  });

  it.each(['before the server gets it', 'after the server has answered'] as const)(
    'ends in the same state with one Secret and no orphan: killed %s',
    async (when) => {
      const prefix = when.split(' ')[0] ?? '';
      const undisturbed = await scenario(`${prefix}-undisturbed`, when, undefined);
      expect(undisturbed.killed).toBe(false);
      for (let nth = 1; ; nth++) {
        const run = await scenario(`${prefix}-${String(nth)}`, when, nth);
        if (!run.killed) {
          expect(nth).toBeGreaterThan(12);
          break;
        }
        expect(run.seen).toEqual(undisturbed.seen);
      }
    },
  );

  it('does the same with leader election, once the Lease of the killed one has run out', async () => {
    const when = 'after the server has answered';
    const undisturbed = await scenario('elected-undisturbed', when, undefined, 'true');
    const run = await scenario('elected-8', when, 8, 'true');
    expect(run.killed).toBe(true);
    expect(run.seen).toEqual(undisturbed.seen);
  });

  it('sends nothing but Lease renewals when left alone for a minute, with 20 Widgets settled', async () => {
    const requests = await settled.requests();
    const renewals = requests.filter((entry) => entry.verb === 'update' && isLease(entry));
    expect(requests.filter((entry) => !renewals.includes(entry))).toEqual([]);
    expect(renewals.length).toBeGreaterThan(20);
  });

  /** Create, edit, delete; the operator is killed once, at its n-th request, the start of a watch and reads included but not those of the Lease, and started again. */
  async function scenario(
    namespace: string,
    when: 'before the server gets it' | 'after the server has answered',
    nth: number | undefined,
    leaderElection: 'true' | 'false' = 'false',
  ): Promise<{ readonly seen: unknown; readonly killed: boolean }> {
    await stage.controlPlane.namespace(namespace);
    const since = stage.controlPlane.audit.position();
    const user = stage.controlPlane.via(proxy.address, stage.controlPlane.tokenUser('operator'));
    // Any free port: one that was looked up before may be taken by the time the process listens.
    const flags = [
      `--kubeconfig=${user.kubeconfigFile}`,
      '--metrics-port=0',
      `--leader-election=${leaderElection}`,
    ];
    const start = (): OperatorProcess =>
      OperatorProcess.startWith(build.program, [...flags, `--namespace=${namespace}`]);
    let operator = start();
    let requests = 0;
    let killed = false;
    const hook = async ({ path }: RequestRecord): Promise<'drop' | undefined> => {
      if (path.includes('/leases') || ++requests !== nth) return undefined;
      killed = true;
      await operator.stop('SIGKILL');
      operator = start();
      return 'drop';
    };
    const release = when === 'before the server gets it' ? proxy.onRequest(hook) : proxy.onResponse(hook);
    try {
      await stage.create(namespace, 'w', 'one');
      const made = await stage.settled(namespace, 'w', 'one');
      await stage.edit(namespace, 'w', 'two');
      const edited = await stage.settled(namespace, 'w', 'two');
      expect(edited.secret.data).toEqual(made.secret.data);
      await stage.remove(namespace, 'widgets', 'w');
      await stage.gone(namespace, 'w');
      const secretsMade = stage.controlPlane.audit
        .writes('operator', { since })
        .filter(
          ({ verb, code, resource }) => verb === 'create' && code === 201 && resource?.resource === 'secrets',
        );
      expect(secretsMade).toHaveLength(1);
      expect(await stage.list(namespace, 'secrets')).toEqual([]);
      const orphans = (await stage.list(namespace, 'configmaps')).filter(
        ({ metadata }) =>
          !(metadata as unknown as { ownerReferences?: { uid: string }[] }).ownerReferences?.some(
            ({ uid }) => uid === made.widget.metadata.uid,
          ),
      );
      expect(orphans).toEqual([]);
      return { seen: [state(made), state(edited)], killed };
    } finally {
      release();
      await operator.stop();
    }
  }

  /** What does not differ from run to run. */
  function state(seen: Awaited<ReturnType<Stage['settled']>>): unknown {
    const { widget, configMap, secret } = seen;
    return {
      finalizers: widget.metadata.finalizers,
      spec: widget.spec,
      observedGeneration: widget.status?.observedGeneration,
      conditions: widget.status?.conditions.map(({ type, status, reason, message }) => ({
        type,
        status,
        reason,
        message,
      })),
      configMap: configMap.data,
      secret: Object.keys(secret.data ?? {}),
    };
  }
});
