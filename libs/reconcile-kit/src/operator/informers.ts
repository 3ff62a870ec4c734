import { type Clock, untilAborted } from '@neo4j-operator/clock';
import type { Subscription } from 'rxjs';
import type { KubeError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { resourceName } from '../core/resource.ts';
import type { InformerRegistry } from '../informer/registry.ts';
import { type Check, informerCheck, runChecks } from '../manager/checks.ts';
import type { Runnable } from '../manager/runnable.ts';
import { explainError } from '../manager/start-error.ts';

/**
 * The informers as a part of the process. It is ready when all are synced; one that may not list, or whose CRD is missing, says so
 * once and goes on trying, so that the process recovers by itself when that is mended.
 */
export function runInformers(registry: InformerRegistry, logger: Logger): Runnable {
  const subscriptions: Subscription[] = [];
  return {
    name: 'informers',
    async run(stop) {
      registry.start();
      for (const { resource, state$ } of registry.informers()) {
        let told: string | undefined;
        subscriptions.push(
          state$.subscribe(({ lastError }) => {
            const message = whatToChange(lastError);
            if (message !== undefined && message !== told)
              logger.error({ resource: resourceName(resource) }, message);
            told = message;
          }),
        );
      }
      await untilAborted(stop);
      for (const subscription of subscriptions) subscription.unsubscribe();
      await registry.stop();
    },
    async ready(signal) {
      const synced = await Promise.all(registry.informers().map((informer) => informer.whenSynced(signal)));
      return synced.every(Boolean);
    },
  };
}

/** What somebody has to change, if the error lasts until then. */
function whatToChange(error: KubeError | undefined): string | undefined {
  if (error === undefined) return undefined;
  const { message, exitCode } = explainError(error);
  return exitCode === 2 ? message : undefined;
}

/** One check that covers all informers, whenever they were acquired. */
export function informerChecks(registry: InformerRegistry, clock: Clock): readonly Check[] {
  return [
    {
      name: 'informers',
      check() {
        const report = runChecks(registry.informers().map((informer) => informerCheck(informer, clock)));
        return report.passed
          ? undefined
          : report.text
              .trim()
              .split('\n')
              .filter((line) => line.startsWith('[-]'))
              .join('; ');
      },
    },
  ];
}
