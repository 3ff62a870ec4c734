// Events as the controllers record them.
import type { Clock } from '@neo4j-operator/clock';
import type { SimObject } from '../api/object.ts';
import type { InsideClient } from '../api/request.ts';
import { ApiFailure } from '../api/failure.ts';

const events = { group: '', plural: 'events' };
const forbidden = 403;
const manager = 'kube-controller-manager';
/** What client-go remembers of Events; older ones are recorded anew. */
const mostKnown = 4096;

export interface RecorderOptions {
  readonly client: InsideClient;
  readonly clock: Clock;
  /** Who records. */
  readonly component: string;
}

/** Makes a recorder; the same Event about the same object is counted, not repeated. */
export function createRecorder({ client, clock, component }: RecorderOptions) {
  const known = new Map<string, string>();
  return (about: SimObject, reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void => {
    const { apiVersion, kind } = about;
    const { namespace = 'default', name, uid, resourceVersion } = about.metadata;
    const now = `${new Date(clock.now()).toISOString().slice(0, -5)}Z`;
    const series = [uid, reason, message, type].join('\n');
    const earlier = client.get(events, namespace, known.get(series) ?? '');
    try {
      if (earlier !== undefined) {
        client.update({ ...earlier, count: Number(earlier['count']) + 1, lastTimestamp: now }, manager);
        return;
      }
      let nanos = BigInt(Math.round(clock.now())) * 1_000_000n;
      // Others may record of an object of the same name at the same moment.
      while (client.get(events, namespace, `${name}.${nanos.toString(16)}`) !== undefined) nanos += 1n;
      const eventName = `${name}.${nanos.toString(16)}`;
      client.create(
        {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: eventName, namespace },
          involvedObject: {
            apiVersion,
            kind,
            namespace: about.metadata.namespace,
            name,
            uid,
            resourceVersion,
          },
          reason,
          message,
          type,
          count: 1,
          firstTimestamp: now,
          lastTimestamp: now,
          eventTime: null,
          source: { component },
          reportingComponent: component,
          reportingInstance: '',
        },
        manager,
      );
      known.set(series, eventName);
      const [oldest] = known.keys();
      if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
    } catch (error) {
      // In a namespace that is being deleted nothing can be recorded any more.
      if (!(error instanceof ApiFailure && error.status.code === forbidden)) throw error;
    }
  };
}
