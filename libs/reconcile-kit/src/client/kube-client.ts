import { type Clock, sleep } from '@neo4j-operator/clock';
import { isStored, malformed, parseJson } from '../core/answer.ts';
import { isKubeError, type KubeError } from '../core/errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { keyOf, type ObjectKey, parseKey } from '../core/key.ts';
import { apiVersionOf, collectionPath, objectPath, type Resource } from '../core/resource.ts';
import { exciseObject } from '../transport/excise.ts';
import type { KubeRequest, KubeResponse, KubeTransport } from '../transport/transport.ts';
import {
  type DeleteOptions,
  type LiveReader,
  openGate,
  type RequestOptions,
  type Scope,
  type WriteGate,
  type WriteObserver,
  type Writer,
} from './client.ts';
import { statusError } from './status-error.ts';

export interface KubeClientOptions {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  /** Asked before each mutating request, and when it is about to be sent. Default: always open. */
  readonly gate?: WriteGate;
  /** Told of each change. */
  readonly observer?: WriteObserver;
  /** Milliseconds for a request with all its retries, unless the call says otherwise. Default 10 000. */
  readonly deadlineMs?: number;
}

export type KubeClient = LiveReader & Writer;

const pageSize = 500;
/** A server that says `Retry-After: 0` is overloaded all the same. */
const shortestWaitMs = 100;

/**
 * Typed requests over a transport.
 *
 * An answer that asks to wait (429; for reads also 503 and 504 with Retry-After) is retried within the request's deadline. Nothing
 * else is: the caller's next pass decides with fresh eyes. A mutating request asks the write gate at the moment of sending, and
 * tells the server what is left of its deadline then (`timeout=`), so that it cannot take effect after the gate's word has lapsed.
 */
export function createKubeClient(options: KubeClientOptions): KubeClient {
  const { transport, clock, observer } = options;
  const gate = options.gate ?? openGate;
  const defaultDeadlineMs = options.deadlineMs ?? 10_000;

  const admit = (remainingMs: number): void => {
    gate.admit(remainingMs);
  };

  /** `name` is that of the object that the request asks for. */
  async function send(request: KubeRequest, name?: string): Promise<KubeResponse> {
    const until = clock.monotonic() + (request.deadlineMs ?? defaultDeadlineMs);
    const mutating = request.method !== 'GET';
    for (;;) {
      const deadlineMs = Math.max(1, until - clock.monotonic());
      // What is refused now need not wait for a connection first.
      if (mutating) admit(deadlineMs);
      const response = await transport.request({ ...request, deadlineMs, ...(mutating ? { admit } : {}) });
      if (response.status >= 200 && response.status < 300) return response;
      const error = statusError(response, `${request.method} ${request.path}`, clock.now(), name);
      const waitMs = retryDelay(error, mutating);
      if (waitMs === undefined || clock.monotonic() + waitMs >= until) throw error;
      if (!(await sleep(clock, waitMs, request.signal))) throw error;
    }
  }

  /** Sends a change and shows its result to the observer. */
  async function change<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    request: KubeRequest,
  ): Promise<Stored<T>> {
    const object = parseObject<T>(await send(request), `${request.method} ${request.path}`);
    if (isGone(object)) observer?.deleted(resource, key, object.metadata.uid);
    else observer?.written(resource, object);
    return object;
  }

  async function remove(resource: Resource, key: ObjectKey, call: DeleteOptions): Promise<void> {
    const request: KubeRequest = {
      method: 'DELETE',
      path: objectPath(resource, key),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: call.propagation ?? 'Background',
        preconditions: {
          uid: call.uid,
          ...(call.resourceVersion === undefined ? {} : { resourceVersion: call.resourceVersion }),
        },
      }),
      ...passOn(call),
    };
    try {
      const left = parseRemoval(await send(request, parseKey(key).name), `DELETE ${request.path}`);
      if (left === undefined || isGone(left)) observer?.deleted(resource, key, call.uid);
      else observer?.written(resource, left);
    } catch (error) {
      if (!isKubeError(error, 'NotFound')) throw error;
      observer?.deleted(resource, key, call.uid);
    }
  }

  return {
    async get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, call: RequestOptions = {}) {
      const path = objectPath(resource, key);
      try {
        const response = await send({ method: 'GET', path, ...passOn(call) }, parseKey(key).name);
        return parseObject<T>(response, `GET ${path}`);
      } catch (error) {
        if (isKubeError(error, 'NotFound')) return undefined;
        throw error;
      }
    },

    async list<T extends KubeObject>(resource: Resource<T>, scope: Scope = {}, call: RequestOptions = {}) {
      const path = collectionPath(resource, scope.namespace);
      const objects: Stored<T>[] = [];
      let next: string | undefined;
      do {
        const page = parseList<T>(
          await send({
            method: 'GET',
            path,
            query: {
              limit: String(pageSize),
              labelSelector: scope.labelSelector,
              fieldSelector: scope.fieldSelector,
              continue: next,
            },
            ...passOn(call),
          }),
          `GET ${path}`,
        );
        for (const item of page.items) {
          objects.push({ ...item, apiVersion: apiVersionOf(resource), kind: resource.kind });
        }
        next = page.next;
      } while (next !== undefined);
      return objects;
    },

    create: (resource, object, call = {}) =>
      change(resource, keyOf(object), {
        method: 'POST',
        path: collectionPath(resource, object.metadata.namespace),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(object),
        ...passOn(call),
      }),

    apply: (resource, object, call) =>
      change(resource, keyOf(object), {
        method: 'PATCH',
        path: objectPath(resource, keyOf(object), call.subresource),
        query: { fieldManager: call.fieldManager, force: call.force ? 'true' : undefined },
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(object),
        ...passOn(call),
      }),

    jsonPatch: (resource, key, operations, call = {}) =>
      change(resource, key, {
        method: 'PATCH',
        path: objectPath(resource, key, call.subresource),
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify(operations),
        ...passOn(call),
      }),

    replace: (resource, object, call = {}) =>
      change(resource, keyOf(object), {
        method: 'PUT',
        path: objectPath(resource, keyOf(object)),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(object),
        ...passOn(call),
      }),

    delete: remove,
  };
}

function passOn(call: RequestOptions): Pick<KubeRequest, 'signal' | 'deadlineMs'> {
  return {
    ...(call.signal === undefined ? {} : { signal: call.signal }),
    ...(call.deadlineMs === undefined ? {} : { deadlineMs: call.deadlineMs }),
  };
}

/** How long to wait before the same request is sent again; undefined if it must not be. */
function retryDelay(error: KubeError, mutating: boolean): number | undefined {
  const { reason, status, retryAfterMs } = error;
  if (reason === 'TooManyRequests') return Math.max(shortestWaitMs, retryAfterMs ?? 1000);
  if (mutating || retryAfterMs === undefined || (status !== 503 && status !== 504)) return undefined;
  return Math.max(shortestWaitMs, retryAfterMs);
}

interface HeldBack {
  readonly metadata: { readonly deletionGracePeriodSeconds?: number };
  /** A namespace has its finalizers here. */
  readonly spec?: { readonly finalizers?: readonly string[] } | null;
}

/** The answer shows the last state of an object that nothing holds back any more: the server has removed it. */
function isGone(object: Stored): boolean {
  const { metadata, spec } = object as Stored & HeldBack;
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers?.length ?? 0) === 0 &&
    (spec?.finalizers?.length ?? 0) === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0
  );
}

const managedFields = [['metadata', 'managedFields']];

function parseObject<T extends KubeObject>(response: KubeResponse, request: string): Stored<T> {
  const object = parseJson(exciseObject(response.body, managedFields), request);
  if (!isStored(object)) throw malformed(request, undefined);
  return object as Stored<T>;
}

/** What is left of an object that was deleted; undefined if the server says no more than that it is done. */
function parseRemoval(response: KubeResponse, request: string): Stored | undefined {
  const { kind, status }: { readonly kind?: unknown; readonly status?: unknown } = parseJson(
    response.body,
    request,
  );
  return kind === 'Status' && status === 'Success' ? undefined : parseObject(response, request);
}

function parseList<T extends KubeObject>(
  response: KubeResponse,
  request: string,
): { readonly items: readonly Stored<T>[]; readonly next: string | undefined } {
  const {
    items,
    metadata,
  }: { readonly items?: unknown; readonly metadata?: { readonly continue?: string } } = parseJson(
    response.body,
    request,
  );
  if (!Array.isArray(items) || items.some((item) => !isStored(item))) throw malformed(request, undefined);
  const objects = items as readonly (Stored<T> & { metadata: { managedFields?: unknown } })[];
  for (const object of objects) delete object.metadata.managedFields;
  const next = metadata?.continue;
  return { items: objects, next: next === '' ? undefined : next };
}
