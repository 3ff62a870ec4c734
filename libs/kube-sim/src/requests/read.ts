// GET of an object and of a collection.
import { sleep } from '@neo4j-operator/clock';
import { ApiFailure, badRequest, notFound } from '../api/failure.ts';
import { lateBody } from '../api/late-body.ts';
import type { ApiAnswer, LateAnswer } from '../api/request.ts';
import { apiVersionOf, type ResourceDefinition } from '../api/resource.ts';
import { itemTextOf, keyOf, type Stored } from '../storage/stored.ts';
import { failureAnswer, jsonAnswer, type WholeAnswer } from './answers.ts';
import { type Continuation, continuationOf, tokenOf } from './continue-token.ts';
import type { Call } from './core.ts';
import { storageKey } from './definitions.ts';
import { futureWaitMs, tooLarge } from './expired.ts';
import { type ListOptions, listOptions, versionNumber } from './list-options.ts';
import { listInForm, objectInForm } from './forms.ts';
import { type Form, formOf } from './negotiate.ts';
import { fieldSelection } from './selectors/fields.ts';
import { labelMatcher } from './selectors/labels.ts';
import { read, readText } from './versions.ts';

/** Answers a GET of one object. */
export function getObject(call: Call, name: string): ApiAnswer {
  const { core, definition, namespace, request } = call;
  const form = formOf(request.headers['accept'], false, definition.custom);
  const resource = storageKey(definition);
  const key = keyOf(namespace, name);
  const version = request.query.get('resourceVersion') ?? '';
  const wanted = versionNumber(version, (why) => new ApiFailure(500, undefined, why));
  const fresh = (): WholeAnswer => answerObject(call, form, core.store.get(resource, key), name);
  if (version === '') return fresh();
  if (wanted > core.cache.revision(resource)) return inFuture(wanted, call, fresh);
  return answerObject(call, form, core.cache.get(resource, key), name);
}

function answerObject(call: Call, form: Form, stored: Stored | undefined, name: string): WholeAnswer {
  if (stored === undefined) throw notFound(call.definition, name);
  if (form === 'object') return jsonAnswer(200, readText(call.definition, stored), call.warnings);
  return jsonAnswer(200, objectInForm(call, form, stored), call.warnings);
}

/** The objects of a collection that a request asks for. */
export interface Selection {
  readonly items: readonly Stored[];
  readonly version: number;
  readonly continueToken: string | undefined;
  readonly remaining: number | undefined;
}

/** Answers a GET of a collection. */
export function listObjects(call: Call): ApiAnswer {
  const { core, definition, request } = call;
  const form = formOf(request.headers['accept'], true, definition.custom);
  const options = listOptions(request.query, false);
  const wanted = versionNumber(options.resourceVersion, (why) =>
    badRequest(`invalid resource version: ${why}`),
  );
  const isExact = options.match === 'Exact';
  const present = isExact ? core.store.revision : core.cache.revision(storageKey(definition));
  const answer = (from: ListOptions): WholeAnswer => answerList(call, form, select(call, from, wanted));
  if (wanted > present)
    return inFuture(wanted, call, () => answer({ ...options, resourceVersion: '', match: '' }));
  return answer(options);
}

function answerList(call: Call, form: Form, selection: Selection): WholeAnswer {
  const { version, continueToken, remaining } = selection;
  const metadata = JSON.stringify({
    resourceVersion: String(version),
    continue: continueToken ?? (form === 'object' ? noMore(call) : undefined),
    remainingItemCount: remaining,
  });
  if (form === 'object') return jsonAnswer(200, listText(call, metadata, selection.items), call.warnings);
  return jsonAnswer(200, listInForm(call, form, metadata, selection.items), call.warnings);
}

/** Lists of custom resources say that there is no further page, those of built-in ones do not. */
export function noMore({ definition }: Call): string | undefined {
  return definition.custom ? '' : undefined;
}

/** A list as text; `metadata` is that of the list. */
export function listText({ definition }: Call, metadata: string, items: readonly Stored[]): string {
  const texts = items.map((stored) => itemText(definition, stored));
  return `{"kind":"${definition.listKind}","apiVersion":"${apiVersionOf(definition)}","metadata":${metadata},"items":[${texts.join(',')}]}`;
}

/** Items of built-in kinds do not say what they are. */
function itemText(definition: ResourceDefinition, stored: Stored): string {
  if (definition.custom) return readText(definition, stored);
  if (definition.storedAs === undefined) return itemTextOf(stored);
  return JSON.stringify({ ...read(definition, stored), kind: undefined, apiVersion: undefined });
}

/** Selects what a list shows. */
export function select(call: Call, options: ListOptions, wanted: number): Selection {
  const { core, namespace } = call;
  const resource = storageKey(call.definition);
  const matches = matcherOf(call, options);
  // Of one object there are no pages.
  const isOne = fieldSelection(options.fieldSelector, call.definition).name !== undefined;
  const limit = isOne ? 0 : options.limit;
  if (options.continueToken !== '' && options.resourceVersion !== '0') {
    if (options.resourceVersion !== '') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    const { version, start } = continuationOf(options.continueToken);
    const at = version < 0 ? core.store.revision : version;
    const all = core.store.listAt(resource, namespace, at);
    if (all === undefined) throw continueExpired(core.store.revision, start);
    return page(
      all.filter(({ key }) => relative(key, namespace) >= start),
      at,
      limit,
      matches,
      namespace,
    );
  }
  if (options.match === 'Exact') {
    const all = core.store.listAt(resource, namespace, wanted);
    if (all === undefined) throw new ApiFailure(410, 'Expired', expiredText);
    return page(all, wanted, limit, matches, namespace);
  }
  if (options.resourceVersion === '0') {
    const start = options.continueToken === '' ? '' : continuationOf(options.continueToken).start;
    const all = core.cache.list(resource, namespace).filter(({ key }) => relative(key, namespace) >= start);
    return page(all, core.cache.revision(resource), 0, matches, namespace);
  }
  const isFresh = options.resourceVersion === '';
  const all = isFresh ? core.store.list(resource, namespace) : core.cache.list(resource, namespace);
  return page(all, isFresh ? core.store.revision : core.cache.revision(resource), limit, matches, namespace);
}

/** Whether an object is one of those that a list, watch or deletion is about. */
export function matcherOf(
  { definition, name }: Call,
  { labelSelector, fieldSelector }: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>,
): ((stored: Stored) => boolean) | undefined {
  const labels = labelSelector === '' ? undefined : labelMatcher(labelSelector);
  const fields = fieldSelector === '' ? undefined : fieldSelection(fieldSelector, definition).matches;
  if (labels === undefined && fields === undefined && name === undefined) return undefined;
  return (stored) =>
    (name === undefined || stored.name === name) &&
    (labels === undefined || labels(stored.labels)) &&
    (fields === undefined || fields(stored));
}

function page(
  all: readonly Stored[],
  version: number,
  limit: number,
  matches: ((stored: Stored) => boolean) | undefined,
  namespace: string | undefined,
): Selection {
  if (limit === 0 || all.length <= limit) return { items: matching(all, matches), version, ...lastPage };
  const items: Stored[] = [];
  let seen = 0;
  for (; seen < all.length && items.length < limit; seen++) {
    const stored = all[seen];
    if (stored !== undefined && (matches === undefined || matches(stored))) items.push(stored);
  }
  const last = items.at(-1);
  // There is more even if nothing of it is selected.
  if (seen === all.length || last === undefined) return { items, version, ...lastPage };
  const continuation: Continuation = { version, start: `${relative(last.key, namespace)}\0` };
  const remaining = matches === undefined ? all.length - seen : undefined;
  return { items, version, continueToken: tokenOf(continuation), remaining };
}

const lastPage = { continueToken: undefined, remaining: undefined };

function matching(
  all: readonly Stored[],
  matches: ((stored: Stored) => boolean) | undefined,
): readonly Stored[] {
  return matches === undefined ? all : all.filter(matches);
}

/** Tokens of a namespaced list hold what comes after the namespace. */
function relative(key: string, namespace: string | undefined): string {
  return namespace === undefined ? key : key.slice(namespace.length + 1);
}

const expiredText = 'The resourceVersion for the provided list is too old.';

function continueExpired(version: number, start: string): ApiFailure {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  const token = tokenOf({ version: version < 0 ? version : -1, start });
  return new ApiFailure(410, 'Expired', message, undefined, { continue: token });
}

/** The server waits for a while until its cache has seen the version. */
function inFuture(wanted: number, { core, definition }: Call, answer: () => WholeAnswer): ApiAnswer {
  const resource = storageKey(definition);
  const { cache, clock } = core;
  const settled = (): WholeAnswer => {
    const current = cache.revision(resource);
    return current < wanted ? failureAnswer(tooLarge(wanted, current)) : answer();
  };
  const waitMs = Math.min(futureWaitMs, cache.catchUpMs(resource));
  const { status, headers } = settled();
  return { status, headers, later: (gone) => sleep(clock, waitMs, gone).then(() => late(settled())) };
}

function late({ status, headers, body }: WholeAnswer): LateAnswer {
  return { status, headers, body: lateBody(Buffer.from(body)) };
}
