import { annotations } from '@neo4j-operator/cluster-access';
import { setSetting } from '@neo4j-operator/neo4j-admin';
import { keyOf, PreconditionFailed, type Stored } from '@neo4j-operator/reconcile-kit';
import { type Pod, pods } from '../model/resources.ts';
import type { Executor } from './executor.ts';
import { annotate } from './patch.ts';
import type { ExecutePorts } from './ports.ts';
import { sessionOf } from './target.ts';

/**
 * Tells a running server settings that need no restart, and notes on its pod which process was told. If the process ends meanwhile the
 * note names one that is gone, and the next pass tells the new one what its ConfigMap does not.
 *
 * @throws PreconditionFailed if another process runs than the one that was looked at
 */
export function setLiveSettings({ access }: Pick<ExecutePorts, 'access'>): Executor<'SetLiveSettings'> {
  return async ({ address, mark, settings, target }, object, context) => {
    const session = sessionOf(access, keyOf(object));
    const pod = await context.live.get(pods, target.key, { signal: context.signal });
    if (pod === undefined || !isRunning(pod, mark)) {
      throw new PreconditionFailed(
        `the pod ${target.key} runs another container than the one that was looked at`,
      );
    }
    for (const [name, values] of settings) {
      // An empty value takes back what was told before.
      const statement = setSetting(session.target.version, name, values.at(-1) ?? '');
      await session.direct(address, statement, 'write');
      context.signal.throwIfAborted();
    }
    await annotate(pods, pod, [annotations.liveSettings, mark], context);
  };
}

/** The mark ends with the id of the container. */
function isRunning({ status }: Stored<Pod>, mark: string): boolean {
  const containers = status?.containerStatuses ?? [];
  return containers.some(
    ({ containerID, state }) =>
      state?.running !== undefined && containerID !== undefined && mark.endsWith(`/${containerID}`),
  );
}
