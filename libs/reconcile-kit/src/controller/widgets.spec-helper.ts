import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import type { Condition } from '../apply/conditions.ts';
import { controllerReference } from '../apply/owner-references.ts';
import type { WriteGate } from '../client/client.ts';
import { createKubeClient } from '../client/kube-client.ts';
import { keyOf } from '../core/key.ts';
import type { LogFields, Logger } from '../core/logger.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import type { EventInput } from '../events/recorder.ts';
import { InformerRegistry } from '../informer/registry.ts';
import { noMetrics } from '../metrics/none.ts';
import type { Action, Precondition } from './action.ts';
import { type Controller, type ControllerDeps, createController } from './controller.ts';
import { type ControllerDefinition, defineController } from './definition.ts';
import { FakeApi } from './fake-api.spec-helper.ts';

export interface Widget extends KubeObject {
  readonly spec: { readonly size: number };
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
}

export interface Part extends KubeObject {
  readonly size: number;
}

const group = { group: 'example.com', version: 'v1', namespaced: true };
export const widgets = defineResource<Widget>({ ...group, plural: 'widgets', kind: 'Widget' });
export const parts = defineResource<Part>({ ...group, plural: 'parts', kind: 'Part' });
export const finalizer = 'example.com/parts';

export function widget(name = 'w', size = 1, more: Partial<Widget['metadata']> = {}): Widget {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name, namespace: 'n', ...more },
    spec: { size },
  };
}

/** The one thing that a widget needs: a part of its name and size. */
export function partOf(owner: Stored<Widget>): Part {
  const { name, namespace = 'n' } = owner.metadata;
  return {
    apiVersion: 'example.com/v1',
    kind: 'Part',
    metadata: { name, namespace, ownerReferences: [controllerReference(owner, namespace)] },
    size: owner.spec.size,
  };
}

export interface WidgetState {
  readonly part: Stored<Part> | undefined;
}

export type WidgetAction = Action & { readonly kind: 'make' | 'resize' | 'remove' };

/** An action on the part of a widget. */
export function action(kind: WidgetAction['kind'], on: KubeObject, more: ActionChoice = {}): WidgetAction {
  const target = { resource: parts, key: keyOf(on) };
  const { precondition, ...choice } = { risk: 'none', ...more } as const;
  const step = { kind, target, reason: 'Test', message: `${kind} the part`, ...choice };
  return (precondition === undefined ? step : { ...step, precondition }) as WidgetAction;
}

/** What an action may say beside its kind and target. The compiler would refuse some of it; the engine has to as well. */
export type ActionChoice = Partial<
  Pick<WidgetAction, 'message' | 'risk' | 'rules'> & { readonly precondition: Precondition }
>;

export type WidgetDefinition = ControllerDefinition<Widget, WidgetState, WidgetAction>;

/** A controller of widgets. Each spec says in what it differs. */
export function widgetDefinition(more: Partial<WidgetDefinition> = {}): WidgetDefinition {
  return defineController<Widget, WidgetState, WidgetAction>({
    name: 'widget',
    resource: widgets,
    owns: [parts],
    analyze: (object, context) => ({ part: context.lister(parts).get(keyOf(object)) }),
    plan: (object, { part }) => {
      if (part === undefined) return { actions: [action('make', object)] };
      return { actions: part.size === object.spec.size ? [] : [action('resize', object)] };
    },
    execute: {
      make: (_, object, { writer, signal }) => writer.create(parts, partOf(object), { signal }),
      resize: (_, object, { writer, signal }) =>
        writer.apply(parts, partOf(object), { fieldManager: 'widget', force: true, signal }),
      remove: ({ target }, _, { writer, cached, signal }) =>
        writer.delete(parts, target.key, { uid: cached(parts)?.get(target.key)?.metadata.uid ?? '', signal }),
    },
    status: (object, { part }) => ({
      conditions: [
        part?.size === object.spec.size
          ? { type: 'Ready', status: 'True', reason: 'PartFits', message: '' }
          : { type: 'Ready', status: 'False', reason: 'PartMissing', message: '' },
      ],
    }),
    ...more,
  });
}

/** What `widgetDefinition` lacks for widgets whose parts do not go by themselves. */
export const withFinalizer: Pick<WidgetDefinition, 'finalizer' | 'planDeletion'> = {
  finalizer,
  planDeletion: (object, { part }) => ({ actions: part === undefined ? [] : [action('remove', object)] }),
};

/** A controller on a fake API server, and what it reports. */
export class World {
  readonly clock = new VirtualClock();
  readonly api = new FakeApi(this.clock);
  readonly events: EventInput[] = [];
  /** Results of passes in order. */
  readonly results: string[] = [];
  readonly failures: string[] = [];
  readonly logged: { readonly message: string; readonly fields: LogFields }[] = [];
  readonly stop = new AbortController();
  readonly abort = new AbortController();
  readonly controller: Controller;
  readonly registry: InformerRegistry;
  /** Resolves when the controller has stopped. */
  readonly running: Promise<void>;
  isRunning = true;
  onPass: () => void = () => undefined;
  gate: WriteGate['admit'] = () => undefined;

  constructor(
    definition: WidgetDefinition,
    prepare: (api: FakeApi) => void = () => undefined,
    namespaces?: ControllerDeps['namespaces'],
  ) {
    const { api, clock } = this;
    prepare(api);
    const rng = seededRng(1);
    const logger = this.#logger();
    const metrics = {
      ...noMetrics,
      reconcile: () => ({
        ...noMetrics.reconcile({ name: '', resource: '' }),
        finished: ({ result }: { readonly result: string }) => {
          this.results.push(result);
          this.onPass();
        },
        failed: (failure: string) => this.failures.push(failure),
      }),
    };
    this.registry = new InformerRegistry({ transport: api, clock, rng, logger, metrics });
    this.controller = createController(definition, {
      registry: this.registry,
      client: createKubeClient({
        transport: api,
        clock,
        observer: this.registry.writeObserver,
        gate: {
          admit: (deadlineMs) => {
            this.gate(deadlineMs);
          },
        },
      }),
      events: { record: (_, event) => this.events.push(event), flush: () => Promise.resolve() },
      clock,
      rng,
      logger,
      metrics,
      namespaces,
    });
    this.registry.start();
    this.running = this.controller.run(this.stop.signal, this.abort.signal).then(() => {
      this.isRunning = false;
    });
  }

  /** Lets time pass until all that can happen soon has happened. */
  async settle(ms = 1000): Promise<this> {
    await this.clock.advance(ms);
    return this;
  }

  widget(name = 'w'): Stored<Widget> {
    const found = this.api.read(widgets, widget(name));
    if (found === undefined) throw new Error(`there is no widget ${name}`);
    return found;
  }

  part(name = 'w'): Stored<Part> | undefined {
    return this.api.read(parts, widget(name));
  }

  condition(type: string, name = 'w'): Condition | undefined {
    return this.widget(name).status?.conditions?.find((condition) => condition.type === type);
  }

  /** Ends everything, whatever still runs. */
  async end(): Promise<void> {
    this.stop.abort();
    this.abort.abort();
    await this.clock.advance(0);
    await this.registry.stop();
    await this.running;
  }

  #logger(): Logger {
    const log = (fields: LogFields, message: string): void => {
      this.logged.push({ fields, message });
    };
    const logger: Logger = { debug: log, info: log, warn: log, error: log, child: () => logger };
    return logger;
  }
}
