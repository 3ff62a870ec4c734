import type {
  KubeObject,
  KubeRequest,
  KubeResponse,
  KubeStream,
  KubeTransport,
} from '@neo4j-operator/reconcile-kit';
import type { Clock } from '@neo4j-operator/clock';
import type { Pod, PodCondition } from './resources.ts';
import { rfc3339 } from './timestamp.ts';

interface Condition {
  readonly metadata?: { readonly uid?: string };
  readonly preconditions?: { readonly uid?: string };
}

interface Watch {
  readonly collection: string;
  push(event: object): void;
}

/** As much of an API server as a kubelet's specs need: objects by path, watches, the status patch, deletion with grace. */
export class FakeServer implements KubeTransport {
  /** Method and path of each change that a client has asked for. */
  readonly writes: string[] = [];
  /** Answers a request with this status instead; undefined lets it through. */
  failure: (request: KubeRequest) => number | undefined = () => undefined;
  /** Keeps a request waiting until it resolves. */
  before: (request: KubeRequest) => Promise<void> | undefined = () => undefined;
  readonly #clock: Clock;
  readonly #objects = new Map<string, KubeObject>();
  readonly #watches = new Set<Watch>();
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(path: string, object: object): void {
    const before = this.#objects.get(path);
    const { metadata = {}, ...rest } = object as Partial<KubeObject>;
    const uid = before?.metadata.uid ?? `uid-${String(this.#version + 1)}`;
    this.#store(path, {
      ...before,
      ...rest,
      metadata: { uid, generation: 1, ...metadata, ...nameOf(path) },
    } as KubeObject);
  }

  read(path: string): KubeObject | undefined {
    return this.#objects.get(path);
  }

  /** Somebody deletes a pod that is bound to a node. */
  deletePod(path: string, graceSeconds = 30): void {
    const pod = this.#objects.get(path);
    if (pod === undefined) throw new Error(`there is no ${path}`);
    if (graceSeconds === 0) {
      this.#drop(path, {
        ...pod,
        metadata: { ...pod.metadata, deletionGracePeriodSeconds: 0 } as Pod['metadata'],
      });
      return;
    }
    const deletionTimestamp = rfc3339(this.#clock.now() + graceSeconds * 1000);
    const deletionGracePeriodSeconds = graceSeconds;
    this.#store(path, {
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds } as Pod['metadata'],
    });
  }

  /** Watches are told that an object is gone, as by a server that has come back with an old view. */
  pretendDeleted(path: string): void {
    const object = this.#objects.get(path);
    if (object === undefined) throw new Error(`there is no ${path}`);
    const resourceVersion = String(++this.#version);
    this.#tell(path, {
      type: 'DELETED',
      object: { ...object, metadata: { ...object.metadata, resourceVersion } },
    });
  }

  request(request: KubeRequest): Promise<KubeResponse> {
    const held = this.before(request);
    return held === undefined ? this.#answer(request) : held.then(() => this.#answer(request));
  }

  #answer(request: KubeRequest): Promise<KubeResponse> {
    const { method, path, body = '{}' } = request;
    if (method !== 'GET') this.writes.push(`${method} ${path}`);
    const refused = this.failure(request);
    if (refused !== undefined)
      return Promise.resolve(answer(refused, { kind: 'Status', message: 'refused' }));
    if (method === 'POST' && path.endsWith('/token')) {
      const expirationTimestamp = rfc3339(this.#clock.now() + 3_600_000);
      return Promise.resolve(
        answer(201, { status: { token: `token-${String(this.writes.length)}`, expirationTimestamp } }),
      );
    }
    const found = this.#objects.get(path.replace(/\/status$/, ''));
    if (found === undefined) return Promise.resolve(answer(404, { kind: 'Status', reason: 'NotFound' }));
    const { metadata: { uid } = {}, preconditions = { uid } } = JSON.parse(body) as Condition;
    if (preconditions.uid !== undefined && preconditions.uid !== found.metadata.uid) {
      return Promise.resolve(answer(409, { kind: 'Status', reason: 'Conflict' }));
    }
    if (method === 'PATCH') {
      const { status } = JSON.parse(body) as Pod;
      this.#store(path.replace(/\/status$/, ''), withStatus(found as Pod, status ?? {}));
    } else if (method === 'DELETE') {
      this.#drop(path, found);
    }
    return Promise.resolve(
      answer(200, this.#objects.get(path.replace(/\/status$/, '')) ?? { kind: 'Status' }),
    );
  }

  stream({ path, signal }: KubeRequest): Promise<KubeStream> {
    const queue: object[] = [];
    let wake: () => void = () => undefined;
    let isOpen = true;
    const watch: Watch = {
      collection: path,
      push: (event) => {
        queue.push(event);
        wake();
      },
    };
    for (const [at, object] of this.#objects)
      if (collectionOf(at) === path) watch.push({ type: 'ADDED', object });
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    watch.push({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: String(this.#version), annotations } },
    });
    this.#watches.add(watch);
    const close = (): void => {
      isOpen = false;
      this.#watches.delete(watch);
      wake();
    };
    signal?.addEventListener('abort', close);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      while (isOpen) {
        const events = queue.splice(0);
        if (events.length > 0)
          yield Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    }
    return Promise.resolve({ status: 200, headers: {}, chunks: chunks(), close });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #store(path: string, object: KubeObject): void {
    const resourceVersion = String(++this.#version);
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion } };
    const type = this.#objects.has(path) ? 'MODIFIED' : 'ADDED';
    this.#objects.set(path, stored);
    this.#tell(path, { type, object: stored });
  }

  #drop(path: string, object: KubeObject): void {
    this.#objects.delete(path);
    const resourceVersion = String(++this.#version);
    this.#tell(path, {
      type: 'DELETED',
      object: { ...object, metadata: { ...object.metadata, resourceVersion } },
    });
  }

  #tell(path: string, event: object): void {
    for (const watch of this.#watches) if (watch.collection === collectionOf(path)) watch.push(event);
  }
}

function withStatus(pod: Pod, status: NonNullable<Pod['status']>): KubeObject {
  const { conditions: patched = [] } = status;
  const conditions = new Map((pod.status?.conditions ?? []).map((each) => [each.type, each]));
  for (const each of patched) {
    const merged = Object.entries({ ...conditions.get(each.type), ...each }).filter(
      ([, value]) => value !== null,
    );
    conditions.set(each.type, Object.fromEntries(merged) as unknown as PodCondition);
  }
  return { ...pod, status: { ...pod.status, ...status, conditions: [...conditions.values()] } } as KubeObject;
}

function nameOf(path: string): object {
  const [name, , namespace] = path.split('/').reverse();
  return path.includes('/namespaces/') ? { name, namespace } : { name };
}

/** The collection of all namespaces that a path belongs to. */
function collectionOf(path: string): string {
  return path.replace(/\/namespaces\/[^/]+/, '').replace(/\/[^/]+$/, '');
}

function answer(status: number, body: object): KubeResponse {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}
