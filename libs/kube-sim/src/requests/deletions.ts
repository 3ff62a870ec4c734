// The answers to DELETE of an object and of a collection.
import type { ApiAnswer } from '../api/request.ts';
import { jsonAnswer } from './answers.ts';
import type { Call } from './core.ts';
import { deleteObject } from './delete.ts';
import { deleteOptions, type SentDeleteOptions } from './delete-options.ts';
import { listOptions } from './list-options.ts';
import { listText, noMore, select } from './read.ts';

/** DELETE of one object. */
export function deleteOne(call: Call, name: string): ApiAnswer {
  const { core, request, definition, namespace } = call;
  const options = deleteOptions(request);
  warnOfOrphans(call, options);
  const { object, gone } = deleteObject(core, name, options, { definition, namespace, user: request.user });
  if (!gone) {
    return jsonAnswer(options.orphanDependents === false ? 202 : 200, JSON.stringify(object), call.warnings);
  }
  const { strategy, group, plural } = definition;
  if (strategy.returnsDeleted === true || strategy.gracePeriodSeconds !== undefined) {
    return jsonAnswer(200, JSON.stringify(object), call.warnings);
  }
  const details = { name, ...(group === '' ? {} : { group }), kind: plural, uid: object.metadata.uid };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  return jsonAnswer(200, JSON.stringify(status), call.warnings);
}

function warnOfOrphans({ definition, warnings }: Call, options: SentDeleteOptions): void {
  const { propagationPolicy, orphanDependents } = options;
  const isUnsaid = propagationPolicy === undefined && orphanDependents === undefined;
  if (isUnsaid && definition.strategy.orphansByDefault === true) warnings.push(preserved);
}

const preserved =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

/** DELETE of a collection; answers with what it was. */
export function deleteCollection(call: Call): ApiAnswer {
  const { core, request, definition, namespace } = call;
  const options = deleteOptions(request);
  warnOfOrphans(call, options);
  const selection = select(call, listOptions(request.query, false), 0);
  const target = { definition, namespace, user: request.user };
  for (const { name } of selection.items) deleteObject(core, name, options, target);
  const metadata = JSON.stringify({ resourceVersion: String(selection.version), continue: noMore(call) });
  return jsonAnswer(200, listText(call, metadata, selection.items), call.warnings);
}
