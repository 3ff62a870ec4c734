import { annotations, configMaps, objectNames } from '@neo4j-operator/cluster-access';
import { type KubeObject, parseKey } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import {
  type DisruptionBudget,
  disruptionBudgets,
  type Service,
  services,
  type StatefulSet,
  statefulSets,
} from '../model/resources.ts';
import { renderSecret } from '../render/index.ts';
import type { World } from './state.spec-helper.ts';

/** Does what an executor does, in a world for specs. */
export async function carryOut(world: World, action: ClusterAction): Promise<void> {
  const { name } = parseKey(action.target.key);
  switch (action.kind) {
    case 'CreateSecret':
      world.secrets.put(renderSecret(world.object, action.role, () => 'a-password'));
      return;
    case 'CreateClaim':
      if (world.claims.get(name) !== undefined) throw new Error(`claim ${name} exists`);
      world.claims.put(action.claim);
      return;
    case 'GrowClaim': {
      const claim = world.claims.existing(name);
      world.claims.put({
        ...claim,
        spec: { ...claim.spec, resources: { requests: { storage: action.size } } },
      });
      return;
    }
    case 'Apply':
      await apply(world, action.object);
      return;
    case 'RepointTemplate': {
      const set = world.statefulSets.existing(name);
      const { template } = set.spec;
      const volumes = template.spec.volumes?.map((volume) =>
        volume.configMap === undefined ? volume : { ...volume, configMap: { name: action.configMap } },
      );
      const spec = { ...template.spec, ...(volumes === undefined ? {} : { volumes }) };
      world.statefulSets.put({ ...set, spec: { ...set.spec, replicas: 1, template: { ...template, spec } } });
      return;
    }
    case 'CollectConfigMap':
      world.configMaps.byName.delete(name);
      return;
    case 'EstablishAccount':
      if (world.adminPassword !== undefined) throw new Error('the bootstrap password is no longer good');
      world.hasAccount = true;
      return;
    case 'SetAdminPassword': {
      const { metadata } = world.secrets.existing(objectNames.generatedAdmin(world.object.metadata.name));
      world.adminPassword = `${metadata.uid}/${metadata.resourceVersion}`;
      world.secrets.annotate(name, annotations.adminPassword, world.adminPassword);
      return;
    }
    case 'ForgetPassword':
      world.adminPassword = undefined;
      world.secrets.put(withoutNotes(world.secrets.existing(name)));
      return;
    case 'RecordIdentity':
      world.claims.annotate(name, annotations.serverId, action.serverId);
      return;
    case 'EnableServer':
      world.neo4j.change(action.serverId, { state: 'Enabled', modeConstraint: action.modeConstraint });
      return;
    case 'SetDefaultTopology':
      world.neo4j.place(action.primaries, action.secondaries);
      return;
    case 'SetLiveSettings':
      world.pods.annotate(name, annotations.liveSettings, action.mark);
      return;
    case 'RestartNewcomer':
      world.pods.byName.delete(name);
      return;
    case 'DeleteKept':
      world.claims.byName.delete(name);
      world.secrets.byName.delete(name);
      return;
  }
}

function withoutNotes<T extends KubeObject>(object: T): T {
  return { ...object, metadata: { ...object.metadata, annotations: {} } };
}

async function apply(
  world: World,
  object: Extract<ClusterAction, { kind: 'Apply' }>['object'],
): Promise<void> {
  switch (object.kind) {
    case 'StatefulSet':
      return world.statefulSets.apply(statefulSets, object as StatefulSet);
    case 'Service':
      return world.services.apply(services, object as Service);
    case 'ConfigMap':
      return world.configMaps.apply(configMaps, object);
    case 'PodDisruptionBudget':
      return world.budgets.apply(disruptionBudgets, object as DisruptionBudget);
    default:
      throw new Error(`nobody applies a ${object.kind}`);
  }
}
