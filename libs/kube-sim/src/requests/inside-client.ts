// The way into the model for what runs inside of the control plane.
import { ApiFailure } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { InsideClient, TypeRef, UserInfo } from '../api/request.ts';
import type { ResourceDefinition } from '../api/resource.ts';
import { copyJson } from '../schema/json.ts';
import { keyOf } from '../storage/stored.ts';
import type { Core } from './core.ts';
import { storageKey } from './definitions.ts';
import { deleteObject } from './delete.ts';
import { read } from './versions.ts';
import { create, update } from './write.ts';

const user: UserInfo = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

/** A client that may do everything, at once. */
export function createInsideClient(core: Core): InsideClient {
  const typed = (type: TypeRef): ResourceDefinition => {
    const definition = core.definitions.ofType(type);
    if (definition === undefined) throw unknownType(`${type.plural}.${type.group}`);
    return definition;
  };
  const defined = ({ apiVersion, kind }: SimObject): ResourceDefinition => {
    const definition = core.definitions.ofKind(apiVersion, kind);
    if (definition === undefined) throw unknownType(`${apiVersion} ${kind}`);
    return definition;
  };
  const target = (definition: ResourceDefinition, namespace: string | undefined, manager: string) => ({
    definition,
    namespace: definition.namespaced ? namespace : undefined,
    user,
    dryRun: false,
    manager,
  });
  const done = <T>(result: T): T => {
    core.reactions.run();
    return result;
  };
  return {
    get: (type, namespace, name) => {
      const definition = typed(type);
      const stored = core.store.get(storageKey(definition), keyOf(namespace, name));
      return stored === undefined ? undefined : read(definition, stored);
    },
    list: (type, namespace) => {
      const definition = typed(type);
      return core.store.list(storageKey(definition), namespace).map((stored) => read(definition, stored));
    },
    create: (sent, manager) => {
      const definition = defined(sent);
      // Callers may have put parts of other objects in.
      const object = copyJson(sent);
      definition.strategy.applyDefaults?.(object);
      // An empty name, which asks for a generated one, is dropped with what is empty.
      Object.assign(object.metadata, { name: sent.metadata.name });
      const { namespace } = object.metadata;
      return done(create(core, object, target(definition, namespace, manager)).object);
    },
    update: (sent, manager, subresource) => {
      const definition = defined(sent);
      const object = copyJson(sent);
      definition.strategy.applyDefaults?.(object);
      const { name, namespace } = object.metadata;
      const to = { ...target(definition, namespace, manager), subresource };
      return done(update(core, name, () => object, to).object);
    },
    delete: (type, namespace, name, options = {}) => {
      const definition = typed(type);
      deleteObject(core, name, options, target(definition, namespace, ''));
      done(undefined);
    },
  };
}

function unknownType(type: string): ApiFailure {
  return new ApiFailure(404, 'NotFound', `there is no resource ${type}`);
}
