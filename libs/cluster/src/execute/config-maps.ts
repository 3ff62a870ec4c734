// Which ConfigMap a server that keeps its template starts with next, and what becomes of those that none starts with any more.
import { configMaps, labels } from '@neo4j-operator/cluster-access';
import { type JsonPatchOperation, parseKey, PreconditionFailed } from '@neo4j-operator/reconcile-kit';
import { isMadeFor, isOfServer } from '../analyze/belonging.ts';
import { configMapNameOf } from '../analyze/settings.ts';
import { pods, statefulSets } from '../model/resources.ts';
import type { Executor } from './executor.ts';
import { patchAsSeen } from './patch.ts';
import { targetOf } from './target.ts';

/** Has a template name another ConfigMap, and changes nothing else of it. A StatefulSet that somebody has scaled gets its one pod back. */
export const repointTemplate: Executor<'RepointTemplate'> = async (
  { configMap, target },
  object,
  context,
  checked,
) => {
  const set = await targetOf(statefulSets, target.key, checked, context);
  if (!isMadeFor(object, set))
    throw new PreconditionFailed(`the StatefulSet ${target.key} is no server of ours`);
  const { volumes = [] } = set.spec.template.spec;
  const index = volumes.findIndex((volume) => volume.configMap !== undefined);
  const volume = volumes[index];
  if (volume === undefined) {
    throw new PreconditionFailed(`the template of ${target.key} mounts no ConfigMap that could be exchanged`);
  }
  const changes: readonly JsonPatchOperation[] = [
    ...(volume.configMap?.name === configMap ? [] : exchange(index, volume.name, configMap)),
    ...(set.spec.replicas === 1 ? [] : [{ op: 'add', path: '/spec/replicas', value: 1 } as const]),
  ];
  if (changes.length === 0) return;
  await patchAsSeen(
    statefulSets,
    set,
    [{ op: 'test', path: '/metadata/resourceVersion', value: set.metadata.resourceVersion }, ...changes],
    context,
  );
};

function exchange(index: number, volume: string, configMap: string): readonly JsonPatchOperation[] {
  const path = `/spec/template/spec/volumes/${index}`;
  return [
    { op: 'test', path: `${path}/name`, value: volume },
    { op: 'replace', path: `${path}/configMap/name`, value: configMap },
  ];
}

/**
 * Deletes a ConfigMap that nothing names. A pod that starts without its ConfigMap does not start at all, so it, the templates and the pods are
 * read live.
 *
 * @throws PreconditionFailed if something names it
 */
export const collectConfigMap: Executor<'CollectConfigMap'> = async (
  { target },
  object,
  context,
  checked,
) => {
  const { live, signal, writer } = context;
  const { namespace, name } = parseKey(target.key);
  const configMap = await live.get(configMaps, target.key, { signal });
  if (configMap === undefined || (checked !== undefined && configMap.metadata.uid !== checked.metadata.uid))
    throw new PreconditionFailed(`the ConfigMap ${target.key} is gone, or another one`);
  if (!isMadeFor(object, configMap) || !isOfServer(configMap))
    throw new PreconditionFailed(`the ConfigMap ${target.key} is no settings of ours`);
  const scope = {
    labelSelector: `${labels.cluster}=${object.metadata.name}`,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const sets = await live.list(statefulSets, scope, { signal });
  const running = await live.list(pods, scope, { signal });
  const specs = [...sets.map(({ spec }) => spec.template.spec), ...running.map(({ spec }) => spec)];
  if (specs.some((spec) => configMapNameOf(spec) === name)) {
    throw new PreconditionFailed(`the ConfigMap ${target.key} is still in use`);
  }
  const { uid, resourceVersion } = configMap.metadata;
  await writer.delete(configMaps, target.key, { uid, resourceVersion, signal });
};
