import type { MetricsPorts } from './ports.ts';

const nothing = (): void => undefined;

/** Ports that report nowhere. */
export const noMetrics: MetricsPorts = {
  requests: () => ({ requestDone: nothing, requestRetried: nothing }),
  workqueue: () => ({ added: nothing, retried: nothing, waited: nothing, worked: nothing, observe: nothing }),
  reconcile: () => ({ workers: nothing, started: nothing, finished: nothing, failed: nothing }),
  informer: () => ({
    bytesReceived: nothing,
    events: nothing,
    relisted: nothing,
    reconnected: nothing,
    observe: () => nothing,
  }),
  leader: () => ({ leading: nothing, slowPath: nothing }),
  events: () => ({ dropped: nothing }),
};
