import { createServer, type Server } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import { describeOnControlPlanes } from '../../controlplane/src/describe.ts';
import { createAuthority, kubeconfigText } from '../../controlplane/src/index.ts';
import { eventually } from './eventually.spec-helper.ts';
import { type Build, builtOperator, OperatorProcess } from './operator.spec-helper.ts';
import { shippedRules, Stage } from './stage.spec-helper.ts';

describeOnControlPlanes('The tiny operator, given what cannot work', (start) => {
  let build: Build;
  let stage: Stage;

  beforeAll(async () => {
    build = builtOperator();
    stage = await Stage.open(start, ['operator'], { crd: false });
  });
  afterAll(async () => {
    build.remove();
    await stage.controlPlane.stop();
  });

  function file(name: string, text: string): string {
    const path = join(build.dir, name);
    writeFileSync(path, text);
    return path;
  }

  /** What it says when it ends: its only error. */
  async function lastWords(
    args: readonly string[],
  ): Promise<{ readonly code: number | null; readonly said: readonly string[] }> {
    const operator = OperatorProcess.startWith(build.program, args);
    const code = await operator.ended();
    const plain = operator.output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    expect(operator.output).not.toMatch(/\bat \S+ \(?file:/);
    return { code, said: [...plain, ...operator.messages('error')] };
  }

  it.each([
    [['--kubeconfg=x'], /^tiny-operator: Unknown option '--kubeconfg': see --help$/],
    [['--metrics-port=http'], /^tiny-operator: --metrics-port is http: give a number from 0 to 65535$/],
    [['--log-level=loud'], /^tiny-operator: --log-level is loud: give one of debug, info, warn, error$/],
    [['--leader-election=maybe'], /^tiny-operator: --leader-election is maybe: give true or false$/],
  ])('refuses the command line %j', async (args, sentence) => {
    const { code, said } = await lastWords(args);
    expect(code).toBe(2);
    expect(said).toEqual([expect.stringMatching(sentence)]);
  });

  it.each([
    ['a missing kubeconfig', () => '/nowhere/config', /\/nowhere\/config does not exist/],
    ['a kubeconfig that is no YAML', () => file('broken', 'clusters: [\n  - {'), /broken is not valid YAML/],
    ['a kubeconfig without a context', () => file('empty', 'clusters: []'), /names no current-context/],
    [
      'a kubeconfig with an unknown user',
      () => file('no-user', JSON.stringify({ ...parsed(), users: [] })),
      /has no entry "test" in users/,
    ],
    [
      'a context that the kubeconfig does not have',
      () => file('no-context', JSON.stringify({ ...parsed(), 'current-context': 'elsewhere' })),
      /has no entry "elsewhere" in contexts/,
    ],
  ])('explains %s', async (_what, kubeconfig, sentence) => {
    const { code, said } = await lastWords([`--kubeconfig=${kubeconfig()}`, '--metrics-port=0']);
    expect(code).toBe(2);
    expect(said).toEqual([expect.stringMatching(sentence)]);
  });

  function parsed(): object {
    const { controlPlane } = stage;
    return JSON.parse(kubeconfigText(controlPlane.address, { token: 'x' })) as object;
  }

  it('explains an expired client certificate', async () => {
    const day = 24 * 3_600_000;
    const now = systemClock.now();
    const user = await stage.controlPlane.user('late', [], {
      notBefore: now - 2 * day,
      notAfter: now - day,
    });
    const { code, said } = await lastWords([`--kubeconfig=${user.kubeconfigFile}`, '--metrics-port=0']);
    expect(code).toBe(2);
    expect(said).toEqual([expect.stringMatching(/client-certificate.* expired on .*: renew it/)]);
  });

  it('explains a port that is taken', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as { readonly port: number };
    const { kubeconfigFile } = stage.controlPlane.tokenUser('operator');
    const { code, said } = await lastWords([
      `--kubeconfig=${kubeconfigFile}`,
      `--metrics-port=${String(port)}`,
    ]);
    server.close();
    expect(code).toBe(2);
    expect(said).toEqual([`port ${String(port)} is in use: stop what listens there or set --metrics-port`]);
  });

  it.each([
    [
      'a server that is not there',
      'https://127.0.0.1:1',
      undefined,
      /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/,
    ],
    ['another CA', undefined, 'other', /is not trusted: .*certificate-authority-data/],
  ])('keeps trying %s, and says why it is not ready', async (_what, server, ca, sentence) => {
    const { address } = stage.controlPlane;
    const other = ca === undefined ? address.ca : (await createAuthority('another')).cert;
    const text = kubeconfigText({ server: server ?? address.server, ca: other }, { token: 'x' });
    const operator = OperatorProcess.start(
      build.program,
      file(`kubeconfig-${ca ?? 'gone'}`, text),
      '--leader-election=false',
    );
    await eventually(async () => {
      expect(await operator.get('/readyz')).toEqual({
        status: 503,
        body: expect.stringMatching(sentence) as unknown,
      });
    });
    expect(await operator.stop()).toBe(0);
  });

  it('waits for a missing CRD and missing permissions, names both, and goes on when they are there', async () => {
    const { controlPlane } = stage;
    const stranger = await controlPlane.serviceAccount('default', 'stranger');
    const operator = OperatorProcess.start(build.program, stranger.kubeconfigFile, '--leader-election=false');
    await eventually(() => {
      expect(operator.messages('error')).toContainEqual(
        expect.stringMatching(/configmaps is forbidden: .*stranger.*: grant this permission/),
      );
    });
    await eventually(async () => {
      expect(await operator.get('/readyz')).toEqual({
        status: 503,
        body: expect.stringMatching(/informer-configmaps failed: .*configmaps is forbidden/) as unknown,
      });
    });
    await controlPlane.grant('system:serviceaccount:default:stranger', 'stranger', shippedRules());
    await eventually(() => {
      expect(operator.messages('error')).toContainEqual(
        expect.stringMatching(/widgets: .*install the current CustomResourceDefinitions first/),
      );
    });
    expect(await operator.get('/readyz')).toEqual({
      status: 503,
      body: expect.stringMatching(
        /informer-widgets\.tiny\.example\.com failed: .*CustomResourceDefinitions/,
      ) as unknown,
    });
    await stage.installCrd();
    await eventually(() => operator.ready(), 60_000);
    await stage.create('default', 'late', 'at last');
    await stage.settled('default', 'late', 'at last');
    expect(await operator.stop()).toBe(0);
  });
});
