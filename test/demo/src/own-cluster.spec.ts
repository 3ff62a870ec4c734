import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ownClusterDemo } from '../../../tools/demo/own-cluster.ts';
import { workspace } from '../../stage/src/index.ts';
import { describeWithControlPlane } from '../../controlplane/src/describe.ts';
import { OwnCluster, recordedScreen } from './own-cluster.spec-helper.ts';

describeWithControlPlane('The demo on a cluster of one’s own', () => {
  let own: OwnCluster;
  beforeAll(async () => {
    own = await OwnCluster.open();
  });
  afterAll(() => own.close());

  async function demo(
    kubeconfig: string,
    more: { readonly file?: string; readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<{ readonly code: number; readonly text: string }> {
    const { screen, text } = recordedScreen();
    const { file, signal = new AbortController().signal, timeoutMs = 90_000 } = more;
    const code = await ownClusterDemo({ kubeconfig, file, timeoutMs }, screen, signal);
    return { code, text: text() };
  }

  /** Whatever the demo would have made first. */
  async function isUntouched(): Promise<boolean> {
    const found = await own.controlPlane.kubectl(['get', 'crds,clusterroles', '-o', 'name']);
    return !found.includes('neo4j-operator');
  }

  it('says that nobody answers', async () => {
    const kubeconfig = own.kubeconfig('nobody.json', { server: 'https://127.0.0.1:1' });
    const { code, text } = await demo(kubeconfig);
    expect(code).toBe(1);
    expect(text).toContain('The API server does not answer: ');
    expect(text).toContain('ECONNREFUSED');
  });

  it('says that the file is no kubeconfig, and where it is not', async () => {
    const { code, text } = await demo('/nowhere/kubeconfig');
    expect(code).toBe(1);
    expect(text).toContain('/nowhere/kubeconfig');
  });

  it('names the rights that are missing, and changes nothing', async () => {
    const { kubeconfigFile } = await own.controlPlane.user('somebody');
    const { code, text } = await demo(kubeconfigFile);
    expect(code).toBe(1);
    expect(text).toContain('Nothing was changed.\nThese rights are missing:\n');
    expect(text).toContain('  create customresourcedefinitions.apiextensions.k8s.io\n');
    expect(text).toContain('  patch deployments.apps in namespace neo4j-operator\n');
    expect(text).toContain('  get neo4jdatabases.neo4j.neo4j.com in namespace default\n');
    expect(await isUntouched()).toBe(true);
  });

  it('does not give the operator rights that its user does not have', async () => {
    const user = await own.controlPlane.user('installer');
    const all = ['get', 'create', 'patch'];
    await own.controlPlane.grant('installer', 'installer', [
      {
        apiGroups: ['', 'apps', 'apiextensions.k8s.io', 'rbac.authorization.k8s.io', 'neo4j.neo4j.com'],
        resources: ['*'],
        verbs: all,
      },
    ]);
    const { code, text } = await demo(user.kubeconfigFile);
    expect(code).toBe(1);
    expect(text).toMatch(
      /Nothing was changed\.\nClusterRole neo4j-operator is not accepted: .*attempting to grant RBAC permissions not currently held/,
    );
  });

  it('leaves alone what others have made', async () => {
    const ours = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'neo4j-operator' } };
    await own.controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(ours) });
    const { code, text } = await demo(own.controlPlane.admin.kubeconfigFile);
    expect(code).toBe(1);
    expect(text).toContain(
      'Nothing was changed.\nThese are there already and were not made by this demo, so they are left alone:\n  Namespace neo4j-operator\n',
    );
    await own.controlPlane.kubectl(['delete', 'namespace', 'neo4j-operator']);
    expect(await isUntouched()).toBe(true);
  });

  it('installs the operator, which makes what the example says, and tells how to remove all of it', async () => {
    const { code, text } = await demo(own.controlPlane.admin.kubeconfigFile);
    expect(text).toMatch(/Neo4jEnterpriseCluster graph Ready\n.*Neo4jDatabase movies Ready\n/);
    expect(code).toBe(0);
    expect(text).toContain('No image of it is published, so it comes in a ConfigMap');

    // Once more: it is not in its own way.
    expect((await demo(own.controlPlane.admin.kubeconfigFile)).code).toBe(0);

    const lines = text.split('\n').filter((line) => line.startsWith('  kubectl delete'));
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const args = (line.split('#')[0] ?? '').trim().split(' ').slice(1);
      await own.controlPlane.kubectl(args.map((each) => each.replace('examples/', `${workspace}/examples/`)));
    }
    expect(await isUntouched()).toBe(true);
    const left = await own.controlPlane.kubectl([
      'get',
      'pvc,secrets,statefulsets,services,configmaps',
      '-o',
      'name',
    ]);
    expect(left.trim().split('\n')).toEqual(['service/kubernetes', 'configmap/kube-root-ca.crt']);
  });

  it('says what the operator waits for, if it does not come up', async () => {
    own.hasNodeImage = false;
    const { code, text } = await demo(own.controlPlane.admin.kubeconfigFile, { timeoutMs: 6000 });
    expect(code).toBe(1);
    expect(text).toMatch(
      /The operator did not become available in time\.\n.*Deployment neo4j-operator: pod .* is Pending \(\w*ImagePull/,
    );
    expect(text).toContain('To remove it, in this order:');
  });
});
