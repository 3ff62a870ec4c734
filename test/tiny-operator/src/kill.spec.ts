import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithControlPlane } from '../../controlplane/src/describe.ts';
import { type FaultProxy, startFaultProxy } from '../../faultproxy/src/index.ts';
import { type Build, buildOperator, OperatorProcess } from './operator.spec-helper.ts';
import { Stage } from './stage.spec-helper.ts';

const mutating = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

describeWithControlPlane('The tiny operator, killed at each of its requests', () => {
  let build: Build;
  let stage: Stage;
  let proxy: FaultProxy;

  beforeAll(async () => {
    build = buildOperator();
    stage = await Stage.open(['operator']);
    proxy = await startFaultProxy(stage.controlPlane.address);
  });
  afterAll(async () => {
    await proxy.stop();
    await stage.controlPlane.stop();
    build.remove();
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
          expect(nth).toBeGreaterThan(6);
          break;
        }
        expect(run.seen).toEqual(undisturbed.seen);
      }
    },
  );

  /** Create, edit, delete; the operator is killed once, at its n-th write, and started again. */
  async function scenario(
    namespace: string,
    when: 'before the server gets it' | 'after the server has answered',
    nth: number | undefined,
  ): Promise<{ readonly seen: unknown; readonly killed: boolean }> {
    await stage.controlPlane.namespace(namespace);
    const since = stage.controlPlane.audit.position();
    const user = stage.controlPlane.via(proxy.address, stage.controlPlane.tokenUser('operator'));
    // Any free port: one that was looked up before may be taken by the time the process listens.
    const flags = [`--kubeconfig=${user.kubeconfigFile}`, '--metrics-port=0', '--leader-election=false'];
    const start = (): OperatorProcess =>
      OperatorProcess.startWith(build.program, [...flags, `--namespace=${namespace}`]);
    let operator = start();
    let writes = 0;
    let killed = false;
    const hook = async (exchange: { readonly method: string }): Promise<'drop' | undefined> => {
      if (!mutating.has(exchange.method) || ++writes !== nth) return undefined;
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
      await operator.stop('SIGKILL');
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
