// The operator installed for one namespace, and told all kinds of wrong things there.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clusters, databases } from '@neo4j-operator/cluster-access';
import type { OpenStage } from '../../stage/src/end-to-end/describe-stages.ts';
import { manifests, type RealStage } from '../../stage/src/index.ts';
import {
  database,
  refusedClusters,
  refusedDatabases,
  refusedPasswords,
  small,
  stalledClusters,
} from './bad-input.spec-helper.ts';
import {
  clusterOn,
  conditionOf,
  databaseOn,
  eventually,
  isSettled,
  ownObjects,
  statefulSets,
} from './thread.spec-helper.ts';

/** Declares the suite. */
export function describeNamespaced(open: OpenStage): void {
  describe('installed for one namespace', () => {
    let stage: RealStage;

    beforeAll(async () => {
      stage = await open({ rbac: manifests('config/rbac/namespaced.yaml') });
      await stage.controlPlane.namespace('elsewhere');
      const operator = stage.startOperator('--leader-election=false', '--namespace=default');
      await stage.until(() => operator.isReady());
    });
    afterAll(() => stage.close());

    /** Applies an object with kubectl. */
    const apply = (object: object): Promise<string> =>
      stage.controlPlane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });
    const changed = (change: object): object => ({ ...small, spec: { ...small.spec, ...change } });
    const settled = (): Promise<void> => stage.until(async () => isSettled(await clusterOn(stage, 'small')));

    /** Waits until the cluster is called wrong, and expects it to be so in one sentence. */
    async function isStalled(reason: string, sentence: RegExp): Promise<void> {
      await eventually(stage, async () => {
        const cluster = await clusterOn(stage, 'small');
        for (const [type, status] of [
          ['Ready', 'False'],
          ['Stalled', 'True'],
        ] as const) {
          const message: unknown = expect.stringMatching(sentence);
          expect(conditionOf(cluster, type)).toMatchObject({ status, reason, message });
        }
        expect(cluster?.status?.message).not.toContain('\n');
      });
    }

    it('deploys nothing before the licence is accepted', async () => {
      const { acceptLicenseAgreement, ...rest } = small.spec;
      await apply({ ...small, spec: rest });
      await isStalled(
        'LicenseNotAccepted',
        /^spec\.acceptLicenseAgreement: is missing, .*; write commercial if you hold a licence, or evaluation if /,
      );
      expect(await ownObjects(stage)).toEqual({});
      expect(acceptLicenseAgreement).toBe('evaluation');
      await apply(small);
      await settled();
    });

    it.each(refusedClusters)('has kubectl refuse a cluster with %s', async (_what, change, sentence) => {
      await expect(apply(changed(change))).rejects.toThrow(sentence);
    });

    it('has kubectl refuse a name that is too long for pods', async () => {
      const metadata = { name: 'x'.repeat(49) };
      await expect(apply({ ...small, metadata })).rejects.toThrow(
        /metadata\.name: .*longer than 48 characters, .*; use at most 48/,
      );
    });

    it.each(stalledClusters)('tells of a cluster with %s', async (_what, change, reason, sentence) => {
      const before = await stage.list(statefulSets, 'default');
      await apply(changed(change));
      await isStalled(reason, sentence);
      expect(await stage.list(statefulSets, 'default')).toEqual(before);
      await apply(small);
      await settled();
    });

    it.each(refusedPasswords)('tells of a password %s, and takes the next', async (_what, bad, sentence) => {
      const secret = (password: string): string =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'mine' },
          stringData: { password },
        });
      await stage.apply(secret(bad));
      await apply(changed({ auth: { adminSecret: 'mine' } }));
      await isStalled('AdminSecretInvalid', sentence);
      await stage.apply(secret('a-better-one'));
      await settled();
      await apply(small);
      await settled();
    });

    it.each(refusedDatabases)('has kubectl refuse a database with %s', async (_what, change, sentence) => {
      await expect(apply({ ...database, spec: { ...database.spec, ...change } })).rejects.toThrow(sentence);
    });

    it('tells of a database in a cluster that is not there, and makes it when the name is right', async () => {
      await apply({ ...database, spec: { ...database.spec, clusterRef: 'smal' } });
      await eventually(stage, async () => {
        expect(conditionOf(await databaseOn(stage, 'people'), 'Ready')).toMatchObject({
          status: 'False',
          reason: 'ClusterNotFound',
          message:
            'spec.clusterRef: there is no Neo4jEnterpriseCluster smal in this namespace; create it, or correct the name',
        });
      });
      await apply(database);
      await stage.until(async () => isSettled(await databaseOn(stage, 'people')));
    });

    it('leaves other namespaces alone, and is refused nothing in its own', async () => {
      for (const object of [small, database]) await stage.apply(JSON.stringify(object), 'elsewhere');
      await apply(changed({ config: { 'db.logs.query.threshold': '1s' } }));
      await settled();
      const objects = [
        await stage.get(clusters, 'elsewhere', 'small'),
        await stage.get(databases, 'elsewhere', 'people'),
      ];
      for (const object of objects) {
        expect(object).toBeDefined();
        expect(object?.status).toBeUndefined();
        expect(object?.metadata.finalizers).toBeUndefined();
      }
      const asked = stage.controlPlane.audit.entries().filter(({ user }) => user === stage.operatorUser);
      const namespaces = new Set(asked.map(({ resource }) => resource?.namespace));
      expect([...namespaces].toSorted()).toEqual(['default']);
      expect(stage.forbidden()).toEqual([]);
    });
  });
}
