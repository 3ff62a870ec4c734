import type { KubeSim } from '@neo4j-operator/kube-sim';

/** What an Event tells. */
export interface StageEvent {
  /** `<kind>/<name>` of the object that it is about. */
  readonly about: string;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

/** The Events of a namespace, or of all. */
export function eventsIn({ client }: KubeSim, namespace?: string): readonly StageEvent[] {
  return client.list({ group: 'events.k8s.io', plural: 'events' }, namespace).map((event) => {
    const { note, reason, regarding, type } = event as unknown as Omit<StageEvent, 'about'> & {
      readonly regarding: { readonly kind: string; readonly name: string };
    };
    return { about: `${regarding.kind}/${regarding.name}`, type, reason, note };
  });
}
