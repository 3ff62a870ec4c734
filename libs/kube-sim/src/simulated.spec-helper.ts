// A control plane under virtual time, and short ways to ask it.
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import type { Metadata } from './api/object.ts';
import type { ApiRequest } from './api/request.ts';
import { administrator, createKubeSim, type KubeSim, type KubeSimOptions } from './sim.ts';

export interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Answered;
}

/** What answers have; a test that expects something else fails. */
export interface Answered {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: Metadata & {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly Answered[];
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas?: number; readonly conditions?: unknown };
  readonly data: unknown;
  readonly message: string;
  readonly code: number;
  readonly columnDefinitions: unknown;
}

export interface Watched {
  /** The events so far, parsed. */
  readonly events: readonly { readonly type: string; readonly object: Answered }[];
  readonly ended: boolean;
  close(): void;
}

export interface Simulated {
  readonly clock: VirtualClock;
  readonly sim: KubeSim;
  /** `GET /api/v1/...?limit=1`; a body is sent as JSON unless it is text. */
  call(line: string, body?: unknown, headers?: Readonly<Record<string, string>>): Asked;
  watch(path: string, headers?: Readonly<Record<string, string>>): Watched;
}

/** `/api/v1/namespaces/default/configmaps` */
export const configMaps = '/api/v1/namespaces/default/configmaps';

export function configMap(name: string, metadata: object = {}, data: object = { a: '1' }): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function simulated(options: Partial<KubeSimOptions> = {}): Simulated {
  const clock = new VirtualClock();
  const sim = createKubeSim({ clock, rng: seededRng(1), controllers: false, ...options });
  const requestOf = (line: string, body: unknown, headers: Readonly<Record<string, string>>): ApiRequest => {
    const [method = '', target = ''] = line.split(' ', 2);
    const [path = '', query = ''] = target.split('?', 2);
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return {
      method,
      path,
      query: new URLSearchParams(query),
      headers: {
        'user-agent': 'spec/1.0',
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      user: administrator,
    };
  };
  return {
    clock,
    sim,
    call: (line, body, headers = {}) => {
      const answer = sim.handler(requestOf(line, body, headers));
      if (!('body' in answer)) throw new Error(`${line} is not answered at once`);
      return { status: answer.status, headers: answer.headers, body: parsed(answer.body) as Answered };
    },
    watch: (path, headers = {}) => {
      const answer = sim.handler(requestOf(`GET ${path}`, undefined, headers));
      if (!('watch' in answer)) throw new Error(`no watch: ${JSON.stringify(answer)}`);
      const events: Watched['events'][number][] = [];
      const state = { ended: false };
      const close = answer.watch.open({
        line: (line) => events.push(JSON.parse(line) as Watched['events'][number]),
        end: () => {
          state.ended = true;
        },
      });
      return {
        events,
        get ended() {
          return state.ended;
        },
        close,
      };
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
