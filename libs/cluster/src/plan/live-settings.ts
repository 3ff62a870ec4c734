import { annotations } from '@neo4j-operator/cluster-access';
import { diffSettings, type Settings } from '@neo4j-operator/neo4j-admin';
import { keyOf } from '@neo4j-operator/reconcile-kit';
import { pods } from '../model/resources.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { hashOf } from '../render/hash.ts';
import { editionOf, isMember, runningContainer } from './members.ts';
import { isUntouchable } from './server-progress.ts';
import { doing, joined, nothing, type Step } from './steps.ts';

/**
 * Settings that a running process takes without a restart. What it is told is what the template says, so that a pod that dies in
 * between comes back with it; a process that was told and not noted is told again, which changes nothing.
 */
export function planLiveSettings(state: ClusterState): Step {
  if (editionOf(state) === 'community') return nothing;
  return joined(state.servers.map((server) => forServer(state, server)));
}

/** Whether a server runs with other live settings than its template says, as far as what is noted on its pod tells. */
export function isToldAll(state: ClusterState, server: ServerState): boolean {
  return planLiveSettings({ ...state, servers: [server] }).actions.length === 0;
}

function forServer(state: ClusterState, server: ServerState): Step {
  const { boltAddress, name, pod, podSettings, templateSettings } = server;
  const containerId = runningContainer(pod)?.containerID;
  if (pod === undefined || containerId === undefined) return nothing;
  if (podSettings === undefined || templateSettings === undefined) return nothing;
  if (isUntouchable(state, server) || !isMember(state, server)) return nothing;

  const noted = pod.metadata.annotations?.[annotations.liveSettings];
  const keys = new Set([
    ...toldKeys(noted, containerId),
    ...diffSettings(podSettings, templateSettings, 'enterprise')
      .changes.filter((change) => change.restartClass === 'live')
      .map(({ key }) => key),
  ]);
  if (keys.size === 0) return nothing;
  const settings: Settings = new Map(
    [...keys].toSorted().map((key) => [key, templateSettings.get(key) ?? []]),
  );
  const mark = markOf(settings, containerId);
  if (noted === mark) return nothing;
  return doing({
    kind: 'SetLiveSettings',
    target: { resource: pods, key: keyOf(pod) },
    risk: 'none',
    precondition: { uid: pod.metadata.uid },
    reason: 'LiveSettingsDiffer',
    message: `set ${[...settings.keys()].join(', ')} on server ${name} while it runs`,
    address: boltAddress,
    settings,
    mark,
  });
}

/**
 * The note names the keys beside the hash: when a setting goes back to what the process was started with, only the note tells that the process
 * has another value.
 */
function markOf(settings: Settings, containerId: string): string {
  return `${hashOf(Object.fromEntries(settings))}:${[...settings.keys()].join(',')}/${containerId}`;
}

/** What the process that runs now was told before. A container that started anew has forgotten it. */
function toldKeys(noted: string | undefined, containerId: string): readonly string[] {
  const [, keys, container] = /^[0-9a-f]+:([^/]*)\/(.*)$/.exec(noted ?? '') ?? [];
  return keys === undefined || keys === '' || container !== containerId ? [] : keys.split(',');
}
