// POST of `pods/binding`: a scheduler has decided where a pod runs.
import { ApiFailure, conflict } from '../api/failure.ts';
import type { Json, SimObject } from '../api/object.ts';
import type { ApiAnswer } from '../api/request.ts';
import { jsonAnswer, methodNotAllowed } from './answers.ts';
import { parseBody } from './body.ts';
import type { Call } from './core.ts';
import { writeOptions } from './options.ts';
import { timestamp } from './system-fields.ts';
import { update } from './write.ts';

interface Binding {
  readonly metadata?: SimObject['metadata'];
  readonly target?: { readonly kind?: string; readonly name?: string };
}

type PodStatus = { conditions?: { type: string; [field: string]: Json }[] } & Record<string, unknown>;

/** Sets the node of a pod, and the condition that says so. */
export function bindPod(call: Call): ApiAnswer {
  const { core, request, definition, namespace, name = '' } = call;
  if (request.method !== 'POST') throw methodNotAllowed();
  const { dryRun } = writeOptions(request, 'CreateOptions');
  const { target, metadata } = parseBody(request.body, request.headers['content-type'], 'Binding') as Binding;
  const node = target?.name ?? '';
  if (node === '') throw new ApiFailure(500, undefined, 'target.name: Required value');
  const change = (old: SimObject, copy: () => SimObject): SimObject => {
    const { nodeName = '' } = old['spec'] as { nodeName?: string };
    const type = { group: '', plural: 'pods/binding' };
    if (old.metadata.deletionTimestamp !== undefined) {
      throw conflict(type, name, `pod ${name} is being deleted, cannot be assigned to a host`);
    }
    if (nodeName !== '') {
      throw conflict(type, name, `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`);
    }
    return bound(copy(), node, metadata?.annotations, core.clock.now());
  };
  update(core, name, change, {
    definition,
    namespace,
    subresource: 'binding',
    user: request.user,
    dryRun,
    manager: undefined,
  });
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return jsonAnswer(201, JSON.stringify(status), call.warnings);
}

function bound(
  pod: SimObject,
  nodeName: string,
  annotations: Record<string, string> | undefined,
  nowMs: number,
): SimObject {
  const status = { ...(pod['status'] as PodStatus | undefined) };
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  status.conditions = [
    ...others,
    { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: timestamp(nowMs) },
  ];
  pod['spec'] = { ...(pod['spec'] as object), nodeName };
  pod['status'] = status;
  if (annotations !== undefined) pod.metadata.annotations = { ...pod.metadata.annotations, ...annotations };
  return pod;
}
