// Kills the operator right after what it did, before it hears of it, and starts it again.
import { startFaultProxy } from '../../faultproxy/src/index.ts';
import type { OperatorProcess, RealStage } from '../../stage/src/index.ts';

/** Moments to be killed at: requests to the API server as `POST /path`, statements as their text. */
export type Moments = Readonly<Record<string, RegExp>>;

/** Runs `life` while the operator is killed once at each of the moments. */
export async function killedAt(
  stage: RealStage,
  moments: Moments,
  life: () => Promise<void>,
): Promise<readonly string[]> {
  const { controlPlane } = stage;
  const [, , namespace = '', name = ''] = stage.operatorUser.split(':');
  const proxy = await startFaultProxy(controlPlane.address);
  const account = controlPlane.via(proxy.address, await controlPlane.serviceAccount(namespace, name));
  const start = (): OperatorProcess =>
    stage.startOperator(`--kubeconfig=${account.kubeconfigFile}`, '--leader-election=false');
  const left = new Map(Object.entries(moments));
  const kills: string[] = [];
  const current: { operator: OperatorProcess | undefined } = { operator: start() };
  let restarting = Promise.resolve();

  /** Whether the operator was killed for it. */
  function kill(deed: string): boolean {
    const [moment] = [...left].find(([, pattern]) => pattern.test(deed)) ?? [];
    // What a killed one has sent before is not another moment.
    if (moment === undefined || current.operator === undefined) return false;
    left.delete(moment);
    kills.push(moment);
    const killed = current.operator;
    current.operator = undefined;
    restarting = killed.stop('SIGKILL').then(() => {
      current.operator = start();
    });
    return true;
  }

  const stops = [
    proxy.onResponse(async ({ method, path }) => {
      if (!kill(`${method} ${path}`)) return undefined;
      await restarting;
      return 'drop';
    }),
    stage.world.onStatement(({ text }) => {
      kill(text);
    }),
  ];
  try {
    await life();
    return kills;
  } finally {
    for (const stop of stops) stop();
    await restarting;
    await current.operator?.stop();
    await proxy.stop();
  }
}
