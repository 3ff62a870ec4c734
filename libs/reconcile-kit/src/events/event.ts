import type { Rng } from '@neo4j-operator/clock';
import { microTime } from '../core/micro-time.ts';
import type { KubeObject } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';

/** Which object an Event is about. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** How often the same has happened, and when it did last. */
export interface EventSeries {
  /** At least 2: a series begins with the second time. */
  readonly count: number;
  /** MicroTime. */
  readonly lastObservedTime: string;
}

/** An Event of events.k8s.io/v1. */
export interface KubeEvent extends KubeObject {
  /** MicroTime of the first occurrence. */
  readonly eventTime: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly regarding: ObjectReference;
  readonly related?: ObjectReference;
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly series?: EventSeries;
}

/** The resource type of Events. */
export const events = defineResource<KubeEvent>({
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
});

/** The API refuses a longer note. */
const longestNoteBytes = 1024;
/** The API's limit for names (RFC 1123 subdomain). */
const longestName = 253;

/** What a reference tells of an object. */
export function referenceTo(object: KubeObject): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

/** Where Events about an object live: with it, or in `default` when it has no namespace. The API accepts no other place. */
export function eventNamespace(regarding: KubeObject): string {
  return regarding.metadata.namespace ?? 'default';
}

/** A name for an Event about `name` that no other Event has: the object's, cut if need be, and 64 random bits. */
export function eventName(name: string, rng: Rng): string {
  const unique = Array.from(rng.bytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const stem = name.slice(0, longestName - unique.length - 1).replace(/[-.]+$/, '');
  return `${stem}.${unique}`;
}

/** The note as far as the API takes it, cut between characters. */
export function cutNote(note: string): string {
  const { read } = new TextEncoder().encodeInto(note, new Uint8Array(longestNoteBytes));
  return note.slice(0, read);
}

/** The series of something that has happened `count` times, last at `lastMs` of wall-clock time; none before the second. */
export function seriesOf(count: number, lastMs: number): EventSeries | undefined {
  return count < 2 ? undefined : { count, lastObservedTime: microTime(lastMs) };
}
