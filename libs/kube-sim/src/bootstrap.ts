// What a new control plane is made with.
import { bootstrapAccess } from './access/bootstrap.ts';
import type { InsideClient } from './api/request.ts';

const manager = 'kube-apiserver';

/** Makes the namespaces that are always there, their service accounts, and the roles that clients rely on. */
export function bootstrap(client: InsideClient): void {
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
    client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, manager);
    client.create(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
      manager,
    );
  }
  for (const object of bootstrapAccess()) client.create(object, manager);
}
