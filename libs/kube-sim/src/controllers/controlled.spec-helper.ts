// A control plane whose controllers run, and short ways to set a scene: what a kubelet would say is said by hand.
import type { SimObject } from '../api/object.ts';
import { type Simulated, simulated } from '../simulated.spec-helper.ts';

export interface Controlled extends Omit<Simulated, 'call'> {
  /** `POST /api/v1/...`; gives the body. Throws unless it succeeds. */
  readonly ok: (line: string, body?: unknown) => SimObject;
  /** Gives status and body whatever they are. */
  readonly ask: (line: string, body?: unknown) => Answer;
  /** The Events of a namespace, as `Warning Reason Kind/name: message`. */
  readonly events: (namespace: string) => readonly string[];
  /** Lets time pass. */
  readonly wait: (ms: number) => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: SimObject & { readonly message?: string };
}

export function controlled(): Controlled {
  const errors: unknown[] = [];
  const { call, clock, sim, watch } = simulated({
    controllers: true,
    onControllerError: (_, __, error) => errors.push(error),
  });
  const ask = (line: string, body?: unknown): Answer => call(line, body) as unknown as Answer;
  const ok = (line: string, body?: unknown): SimObject => {
    const answer = ask(line, body);
    if (answer.status >= 300) throw new Error(`${line}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    clock,
    sim,
    watch,
    ask,
    ok,
    events: (namespace) =>
      (ok(`GET ${core(namespace, 'events')}`)['items'] as SimObject[])
        .map(({ type, reason, message, involvedObject }) => {
          const { kind, name } = involvedObject as { readonly kind: string; readonly name: string };
          return `${String(type)} ${String(reason)} ${kind}/${name}: ${String(message)}`;
        })
        .sort(),
    wait: async (ms) => {
      await clock.advance(ms);
      if (errors.length > 0) throw new Error('a controller failed', { cause: errors[0] });
    },
  };
}

/** `/api/v1/namespaces/shop/pods/a` */
export function core(namespace: string, plural: string, name?: string): string {
  return `/api/v1/namespaces/${namespace}/${plural}${name === undefined ? '' : `/${name}`}`;
}

/** A pod with the label `app: x`. */
export function podOf(name: string, spec: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'x' }, ...metadata },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  };
}

/** What a kubelet says of a pod. */
export function podSays(phase: string, ready?: 'True' | 'False'): object {
  return {
    status: { phase, ...(ready === undefined ? {} : { conditions: [{ type: 'Ready', status: ready }] }) },
  };
}
