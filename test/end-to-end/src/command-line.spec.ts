// The bundle, as somebody starts it who has something wrong. It needs no control plane.
import { createServer, type Server } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { createAuthority, kubeconfigText } from '../../controlplane/src/index.ts';
import { OperatorProcess, workspace } from '../../stage/src/index.ts';

const bundle = join(workspace, 'apps/operator/dist/operator.mjs');

describe('The bundle of the operator', () => {
  let dir: string;
  /** Nobody listens there. */
  let kubeconfig: string;
  let operator: OperatorProcess;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'command-line-'));
    kubeconfig = join(dir, 'kubeconfig');
    const { cert } = await createAuthority('nobody');
    writeFileSync(kubeconfig, kubeconfigText({ server: 'https://127.0.0.1:1', ca: cert }, { token: 'x' }));
  });
  afterEach(() => operator.stop('SIGKILL'));
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): OperatorProcess {
    return (operator = new OperatorProcess({ bundle, args, env: { HOME: dir, ...env } }));
  }

  /** Its exit code, and what it says when it ends. */
  async function lastWords(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { ended } = start(args, env);
    const code = await ended;
    const lines = operator.output.split('\n').filter((line) => line !== '');
    const said = lines.flatMap((line) => {
      if (!line.startsWith('{')) return [line];
      const { level, msg } = JSON.parse(line) as { readonly level: string; readonly msg: string };
      return level === 'error' ? [msg] : [];
    });
    return { code, said };
  }

  it('explains itself', async () => {
    const { code, said } = await lastWords(['--help']);
    expect(code).toBe(0);
    expect(said[0]).toBe('neo4j-operator: runs Neo4j clusters on Kubernetes');
    for (const flag of ['--kubeconfig FILE', '--namespace NAME,...', '--cluster-domain DOMAIN', '--help']) {
      expect(operator.output).toContain(`\n  ${flag} `);
    }
  });

  it.each([
    [['--kubeconfg=x'], {}, /^neo4j-operator: Unknown option '--kubeconfg': see --help$/],
    [['--metrics-port=http'], {}, /^neo4j-operator: --metrics-port is http: give a number from 0 to 65535$/],
    [
      [],
      { NEO4J_OPERATOR_LEADER_ELECTION: 'maybe' },
      /^neo4j-operator: NEO4J_OPERATOR_LEADER_ELECTION is maybe: give true or false$/,
    ],
    [['--kubeconfig=/nowhere/config'], {}, /\/nowhere\/config does not exist/],
    [[], { KUBECONFIG: '/nowhere/config' }, /\/nowhere\/config/],
    [[], {}, /kubeconfig/],
  ])('says in one sentence what is wrong with %j %j', async (args, env, sentence) => {
    const { code, said } = await lastWords(args, env);
    expect(said).toEqual([expect.stringMatching(sentence)]);
    expect(code).toBe(2);
    expect(operator.output).not.toMatch(/\bat \S+ \(?file:/);
  });

  it('says which port is taken', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as { readonly port: number };
    const { code, said } = await lastWords([`--kubeconfig=${kubeconfig}`, `--metrics-port=${port}`]);
    server.close();
    expect(said).toEqual([`port ${port} is in use: stop what listens there or set --metrics-port`]);
    expect(code).toBe(2);
  });

  it('goes on trying an API server that is not there, says so on /readyz, and ends with 0 on SIGTERM', async () => {
    start([`--kubeconfig=${kubeconfig}`], { NEO4J_OPERATOR_METRICS_PORT: '0' });
    let ready: Awaited<ReturnType<OperatorProcess['fetch']>>;
    while (ready?.body.includes('ECONNREFUSED') !== true) {
      await sleep(systemClock, 25);
      ready = await operator.fetch('/readyz');
    }
    expect(ready.status).toBe(503);
    expect(ready.body).toMatch(/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
    expect(await operator.get('/healthz')).toBe(200);
    expect(await operator.stop()).toBe(0);
  });
});
