import { type Clock, sleep } from '@neo4j-operator/clock';
import { isKubeError, KubeError } from '../core/errors.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { keyOf, type ObjectKey } from '../core/key.ts';
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
  /** Asked before each mutating request. Default: always open. */
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
 * else is: the caller's next pass decides with fresh eyes. A mutating request tells the server its deadline too (`timeout=`), so
 * that it cannot take effect after the write gate's word has lapsed.
 */
export function createKubeClient(options: KubeClientOptions): KubeClient {
  const { transport, clock, observer } = options;
  const gate = options.gate ?? openGate;
  const defaultDeadlineMs = options.deadlineMs ?? 10_000;

  async function send(request: KubeRequest): Promise<KubeResponse> {
    const until = clock.monotonic() + (request.deadlineMs ?? defaultDeadlineMs);
    const mutating = request.method !== 'GET';
    for (;;) {
      const deadlineMs = Math.max(1, until - clock.monotonic());
      if (mutating) gate.admit(deadlineMs);
      const response = await transport.request({
        ...request,
        deadlineMs,
        ...(mutating ? { query: { ...request.query, timeout: `${String(Math.floor(deadlineMs))}ms` } } : {}),
      });
      if (response.status >= 200 && response.status < 300) return response;
      const error = statusError(response, `${request.method} ${request.path}`, clock.now());
      const waitMs = retryDelay(error, mutating);
      if (waitMs === undefined || clock.monotonic() + waitMs >= until) throw error;
      if (!(await sleep(clock, waitMs, request.signal))) throw error;
    }
  }

  /** Sends a change and shows its result, or that it is not known, to the observer. */
  async function change<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    request: KubeRequest,
  ): Promise<Stored<T>> {
    try {
      const object = parseObject<T>(await send(request), `${request.method} ${request.path}`);
      if (isGone(object)) observer?.deleted(resource, key, object.metadata.uid);
      else observer?.written(resource, object);
      return object;
    } catch (error) {
      if (isKubeError(error) && error.outcomeUnknown) observer?.outcomeUnknown(resource, key);
      throw error;
    }
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
      const answer = parseObject<KubeObject>(await send(request), `DELETE ${request.path}`);
      if (answer.kind === 'Status' || isGone(answer)) observer?.deleted(resource, key, call.uid);
      else observer?.written(resource, answer);
    } catch (error) {
      if (isKubeError(error, 'NotFound')) {
        observer?.deleted(resource, key, call.uid);
        return;
      }
      if (isKubeError(error) && error.outcomeUnknown) observer?.outcomeUnknown(resource, key);
      throw error;
    }
  }

  return {
    async get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey, call: RequestOptions = {}) {
      const path = objectPath(resource, key);
      try {
        return parseObject<T>(await send({ method: 'GET', path, ...passOn(call) }), `GET ${path}`);
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

/** The answer shows the last state of an object that nothing holds back any more: the server has removed it. */
function isGone({ metadata }: Stored): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = metadata as Stored['metadata'] & {
    readonly deletionGracePeriodSeconds?: number;
  };
  return (
    deletionTimestamp !== undefined &&
    (finalizers?.length ?? 0) === 0 &&
    (deletionGracePeriodSeconds ?? 0) === 0
  );
}

const managedFields = [['metadata', 'managedFields']];

function parseObject<T extends KubeObject>(response: KubeResponse, request: string): Stored<T> {
  return parseJson(exciseObject(response.body, managedFields), request) as Stored<T>;
}

function parseList<T extends KubeObject>(
  response: KubeResponse,
  request: string,
): { readonly items: readonly Stored<T>[]; readonly next: string | undefined } {
  const list = parseJson(response.body, request) as {
    readonly items?: readonly (Stored<T> & { metadata: { managedFields?: unknown } })[];
    readonly metadata?: { readonly continue?: string };
  };
  const items = list.items ?? [];
  for (const item of items) delete item.metadata.managedFields;
  const next = list.metadata?.continue;
  return { items, next: next === '' ? undefined : next };
}

function parseJson(body: Uint8Array, request: string): unknown {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (cause) {
    throw malformed(request, cause);
  }
  throw malformed(request, undefined);
}

function malformed(request: string, cause: unknown): KubeError {
  return new KubeError(
    `${request}: the answer is not a Kubernetes object; is the server URL that of a Kubernetes API server?`,
    { reason: 'MalformedResponse', request, cause },
  );
}
