import { isDeepStrictEqual } from 'node:util';
import { type Clock, sleep } from '@neo4j-operator/clock';
import type { JsonPatchOperation } from '../client/client.ts';
import { KubeError } from '../core/errors.ts';
import { keyOf } from '../core/key.ts';
import type { KubeObject, ObjectMeta, Stored } from '../core/object.ts';
import { objectPath, type Resource } from '../core/resource.ts';
import { ScriptedExchange } from '../reflector/scripted-transport.spec-helper.ts';
import type { KubeRequest, KubeResponse, KubeStream, KubeTransport } from '../transport/transport.ts';

/** A request as it was sent, with its body parsed. */
export interface Sent {
  readonly method: KubeRequest['method'];
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

/** What becomes of a request. */
export type Failure =
  /** It is refused with this status. */
  | { readonly status: number; readonly reason?: string; readonly retryAfterSeconds?: number }
  /** It takes effect, and the connection breaks before the answer. */
  | 'lost'
  /** The connection breaks and nothing has happened. */
  | 'dropped'
  /** Nothing happens until the caller gives up. */
  | 'hangs';

type Body = Stored & { readonly status?: unknown };

/**
 * As much of an API server as the engine's specs need: objects by path, the four patches and preconditions that the kit sends, a
 * watch that can be held back, and failures on demand. It knows no schema, no defaults and no field ownership.
 */
export class FakeApi implements KubeTransport {
  /** Requests in order of arrival; watches are not among them. */
  readonly sent: Sent[] = [];
  /** Asked for each request; undefined lets it through. */
  failure: (request: KubeRequest) => Failure | undefined = () => undefined;
  /** Milliseconds that a request takes, asked for each. */
  delayMs: () => number = () => 0;
  readonly #clock: Clock;
  readonly #objects = new Map<string, Body>();
  readonly #history: { readonly type: string; readonly path: string; readonly object: Body }[] = [];
  readonly #streams: { readonly exchange: ScriptedExchange; next: number }[] = [];
  #version = 0;
  #isHeld = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Somebody else creates or changes an object. Its spec changes its generation. */
  put<T extends KubeObject>(resource: Resource<T>, object: T): Stored<T> {
    const path = objectPath(resource, keyOf(object));
    return this.#store(path, merged(this.#objects.get(path), object)) as KubeObject as Stored<T>;
  }

  /** Somebody else deletes an object: it goes when its finalizers have. */
  remove(resource: Resource, object: KubeObject): void {
    this.#delete(objectPath(resource, keyOf(object)));
  }

  /** The object as it is now. */
  read<T extends KubeObject>(
    resource: Resource<T>,
    object: { readonly metadata: ObjectMeta },
  ): Stored<T> | undefined {
    return this.#objects.get(objectPath(resource, keyOf(object))) as KubeObject as Stored<T> | undefined;
  }

  /** Fails the first request that matches, and no other. */
  failOnce(method: KubeRequest['method'], pathEnd: string, failure: Failure): void {
    const before = this.failure;
    let isSpent = false;
    this.failure = (request) => {
      if (isSpent || request.method !== method || !request.path.endsWith(pathEnd)) return before(request);
      isSpent = true;
      return failure;
    };
  }

  /** `METHOD name` of each request since the last call, the name being the end of its path. */
  takeSent(): readonly string[] {
    return this.sent
      .splice(0)
      .map(({ method, path }) => `${method} ${path.replace(/^.*\/namespaces\/[^/]+\//, '')}`);
  }

  /** Paths of the watches so far, with their label selectors. */
  watched(): readonly string[] {
    return this.#streams.map(({ exchange: { request } }) =>
      [request.path, request.query?.['labelSelector'] ?? []].flat().join('?'),
    );
  }

  /** From now on watches show nothing. */
  holdWatch(): void {
    this.#isHeld = true;
  }

  /** Watches show all that they have missed. */
  releaseWatch(): void {
    this.#isHeld = false;
    this.#deliver();
  }

  async request(request: KubeRequest): Promise<KubeResponse> {
    this.sent.push({
      method: request.method,
      path: request.path,
      query: request.query ?? {},
      body: request.body === undefined ? undefined : JSON.parse(request.body),
    });
    const failure = this.failure(request);
    const takesMs = failure === 'hangs' ? Infinity : this.delayMs();
    const deadlineMs = request.deadlineMs ?? Infinity;
    const inTime = takesMs <= deadlineMs;
    if (takesMs > 0 || request.signal?.aborted === true) {
      if (!(await sleep(this.#clock, inTime ? takesMs : deadlineMs, request.signal))) throw failed('Aborted');
      if (!inTime) throw failed('DeadlineExceeded');
    }
    if (failure === 'dropped') throw failed('ConnectionLost');
    if (typeof failure === 'object')
      return refusal(failure.status, failure.reason, failure.retryAfterSeconds);
    const answer = this.#answer(request);
    if (failure === 'lost') throw failed('ConnectionLost');
    return answer;
  }

  stream(request: KubeRequest): Promise<KubeStream> {
    const exchange = new ScriptedExchange(request).answer();
    const from = request.query?.['resourceVersion'];
    const next = from === undefined ? this.#history.length : Number(from);
    this.#streams.push({ exchange, next });
    if (from === undefined) {
      for (const [path, object] of this.#objects) {
        if (isSelected(request, path, object)) exchange.send({ type: 'ADDED', object });
      }
      const metadata = {
        resourceVersion: String(this.#version),
        annotations: { 'k8s.io/initial-events-end': 'true' },
      };
      exchange.send({ type: 'BOOKMARK', object: { metadata } });
    }
    this.#deliver();
    return exchange.stream;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer({ method, path, headers, body }: KubeRequest): KubeResponse {
    const found = this.#objects.get(path.replace(/\/status$/, ''));
    if (method === 'GET') return found === undefined ? refusal(404, 'NotFound') : answered(found);
    const parsed: unknown = JSON.parse(body ?? '{}');
    if (method === 'POST') {
      const created = parsed as KubeObject;
      const to = `${path}/${created.metadata.name}`;
      return this.#objects.has(to)
        ? refusal(409, 'AlreadyExists')
        : answered(this.#store(to, merged(undefined, created)));
    }
    if (method === 'PATCH' && headers?.['content-type'] === 'application/apply-patch+yaml') {
      return this.#apply(path, found, parsed as Body);
    }
    if (found === undefined) return refusal(404, 'NotFound');
    if (method === 'PATCH') return this.#jsonPatch(path, found, parsed as readonly JsonPatchOperation[]);
    const { preconditions } = parsed as { readonly preconditions?: Partial<ObjectMeta> };
    if (!meets(found, preconditions ?? {})) return refusal(409, 'Conflict');
    const left = this.#delete(path);
    return answered(left ?? { kind: 'Status', status: 'Success' });
  }

  #apply(path: string, found: Body | undefined, applied: Body): KubeResponse {
    if (found !== undefined && !meets(found, applied.metadata)) return refusal(409, 'Conflict');
    if (!path.endsWith('/status')) return answered(this.#store(path, merged(found, applied)));
    if (found === undefined) return refusal(404, 'NotFound');
    return answered(this.#store(path.replace(/\/status$/, ''), { ...found, status: applied.status }));
  }

  #jsonPatch(path: string, found: Body, operations: readonly JsonPatchOperation[]): KubeResponse {
    const patched = structuredClone(found);
    for (const operation of operations) {
      const [last = '', ...parents] = operation.path.slice(1).split('/').reverse();
      const parent = parents
        .reverse()
        .reduce<Record<string, unknown>>(
          (node, name) => (node[name] ?? {}) as Record<string, unknown>,
          patched as unknown as Record<string, unknown>,
        );
      if (operation.op === 'test') {
        if (!isDeepStrictEqual(parent[last], operation.value)) return refusal(422, 'Invalid');
      } else if (!Array.isArray(parent)) {
        if (operation.op === 'remove') Reflect.deleteProperty(parent, last);
        else parent[last] = operation.value;
      } else if (operation.op === 'remove') {
        parent.splice(Number(last), 1);
      } else {
        parent.push(operation.value);
      }
    }
    const { deletionTimestamp, finalizers = [] } = patched.metadata;
    if (deletionTimestamp === undefined || finalizers.length > 0) return answered(this.#store(path, patched));
    return answered(this.#drop(path, patched));
  }

  #delete(path: string): Body | undefined {
    const found = this.#objects.get(path);
    if (found === undefined) return undefined;
    if ((found.metadata.finalizers ?? []).length === 0) {
      this.#drop(path, found);
      return undefined;
    }
    const deletionTimestamp = found.metadata.deletionTimestamp ?? new Date(this.#clock.now()).toISOString();
    return this.#store(path, { ...found, metadata: { ...found.metadata, deletionTimestamp } });
  }

  /** A write that changes nothing makes no version. */
  #store(path: string, object: Body): Body {
    const found = this.#objects.get(path);
    if (found !== undefined && isDeepStrictEqual(found, object)) return found;
    const version = ++this.#version;
    const uid = found?.metadata.uid ?? `uid-${String(version)}`;
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(version) } };
    this.#objects.set(path, stored);
    this.#happened(found === undefined ? 'ADDED' : 'MODIFIED', path, stored);
    return stored;
  }

  #drop(path: string, object: Body): Body {
    this.#objects.delete(path);
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
    this.#happened('DELETED', path, last);
    return last;
  }

  /** The place of an event in the history is its version. */
  #happened(type: string, path: string, object: Body): void {
    this.#history.push({ type, path, object });
    this.#deliver();
  }

  #deliver(): void {
    if (this.#isHeld) return;
    for (const stream of this.#streams) {
      for (const { type, path, object } of this.#history.slice(stream.next)) {
        if (isSelected(stream.exchange.request, path, object)) stream.exchange.send({ type, object });
      }
      stream.next = this.#history.length;
    }
  }
}

/** Whether a watch shows an object: by its path, of one namespace or all, and by its selector, which is one `label=value`. */
function isSelected({ path, query }: KubeRequest, objectAt: string, { metadata }: Body): boolean {
  const inNamespace = objectAt.replace(/\/[^/]+$/, '');
  const [label = '', value] = query?.['labelSelector']?.split('=') ?? [];
  return (
    (path === inNamespace || path === inNamespace.replace(/\/namespaces\/[^/]+/, '')) &&
    metadata.labels?.[label] === value
  );
}

function merged(found: Body | undefined, object: KubeObject): Body {
  const before = found ?? { metadata: {} };
  const next = { ...before, ...object };
  const [a, b] = [before, next].map((each) => ({ ...each, metadata: null, status: null }));
  const generation = (found?.metadata.generation ?? 0) + (isDeepStrictEqual(a, b) ? 0 : 1);
  return {
    ...next,
    metadata: { ...before.metadata, ...object.metadata, ...idOf(found), generation },
  } as Body;
}

function idOf(found: Body | undefined): Partial<ObjectMeta> {
  return found === undefined
    ? {}
    : { uid: found.metadata.uid, resourceVersion: found.metadata.resourceVersion };
}

function meets({ metadata }: Body, { uid, resourceVersion }: Partial<ObjectMeta>): boolean {
  return (
    (uid === undefined || uid === metadata.uid) &&
    (resourceVersion === undefined || resourceVersion === metadata.resourceVersion)
  );
}

function answered(body: unknown): KubeResponse {
  return { status: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) };
}

function refusal(status: number, reason = 'Refused', retryAfterSeconds?: number): KubeResponse {
  return {
    ...answered({ kind: 'Status', status: 'Failure', code: status, reason, message: `refused: ${reason}` }),
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  };
}

function failed(reason: KubeError['reason']): KubeError {
  return new KubeError(`the fake API answered with ${reason}`, { reason });
}
