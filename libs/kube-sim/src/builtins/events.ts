// Events, which two groups serve in different forms over the same storage.
import type { FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { ResourceDefinition, Strategy } from '../api/resource.ts';
import { invalidValue, required } from '../schema/causes.ts';
import { oneOf, present, qualified } from './checks.ts';
import { textAt } from './fields.ts';
import { selectable } from './strategy-parts.ts';

/** The fields whose names differ: of `events.k8s.io` and of the core group. */
const names: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];
const objectFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const shared: Strategy = { generationChanges: null, createOnUpdate: true };

/** How `events.k8s.io` stores its events. */
export const eventStorage: NonNullable<ResourceDefinition['storedAs']> = {
  type: { group: '', plural: 'events' },
  toStored: (event) => renamed(event, 'v1', names),
  fromStored: (event) => {
    const newer = names.map(([one, other]) => [other, one] as const);
    const shown = renamed(event, 'events.k8s.io/v1', newer);
    for (const field of ['reportingController', 'reportingInstance'])
      if (shown[field] === '') Reflect.deleteProperty(shown, field);
    return shown;
  },
};

/** Of events of the core group. */
export const coreEventStrategy: Strategy = {
  ...shared,
  selectableFields: {
    ...selectable(
      ...objectFields.map((field) => `involvedObject.${field}`),
      'reason',
      'reportingComponent',
      'type',
    ),
    source: (event) => textAt(event, 'source', 'component') || textAt(event, 'reportingComponent'),
  },
  validate: (event) => {
    const namespace = textAt(event, 'involvedObject', 'namespace');
    const own = event.metadata.namespace ?? '';
    return namespace === own || (namespace === '' && own === 'default')
      ? []
      : [invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace')];
  },
};

/** Of events of `events.k8s.io`. */
export const eventStrategy: Strategy = {
  ...shared,
  selectableFields: {
    ...selectable('reason', 'type'),
    // Asked of what is stored as well.
    ...Object.fromEntries(
      objectFields.map((field) => [
        `regarding.${field}`,
        (event: SimObject) => textAt(event, 'regarding', field) || textAt(event, 'involvedObject', field),
      ]),
    ),
    reportingController: (event) =>
      textAt(event, 'reportingController') || textAt(event, 'reportingComponent'),
  },
  validate: (event, old) => {
    if (old !== undefined) return [];
    const causes: FieldCause[] = [];
    const [controller, type] = [textAt(event, 'reportingController'), textAt(event, 'type')];
    if (textAt(event, 'eventTime') === '') causes.push(required('eventTime'));
    else {
      causes.push(
        ...present('reportingController', controller),
        ...qualified('reportingController', controller),
        ...['reportingInstance', 'action', 'reason'].flatMap((field) => present(field, event[field])),
      );
      if (textAt(event, 'note').length > 1024)
        causes.push(invalidValue('message', '', 'can have at most 1024 characters'));
    }
    if (oneOf('type', type, ['Normal', 'Warning']).length > 0)
      causes.push(invalidValue('type', '', `has invalid value: ${type}`));
    return causes;
  },
};

function renamed(event: SimObject, apiVersion: string, pairs: typeof names): SimObject {
  const to = new Map(pairs);
  const entries = Object.entries(event).map(([field, value]) => [to.get(field) ?? field, value] as const);
  return { ...(Object.fromEntries(entries) as SimObject), apiVersion };
}
