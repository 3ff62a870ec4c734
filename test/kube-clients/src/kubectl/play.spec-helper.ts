// Runs a script with the real kubectl and writes down what it says.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ControlPlane, findControlPlane } from '../../../controlplane/src/index.ts';
import { eventually } from '../../../tiny-operator/src/eventually.spec-helper.ts';
import { accountOf } from '../pair.spec-helper.ts';
import { type Scene, type Step, words } from './scene.ts';

/** One that hangs is ended, which shows in what is compared. */
const deadlineMs = 70_000;

/** What a call of kubectl said. */
export interface Said {
  readonly command: string;
  readonly output: string;
  readonly errors: string;
  readonly code: number | null;
}

/** Plays a scene in a namespace. */
export async function play(
  controlPlane: ControlPlane,
  namespace: string,
  { steps }: Scene,
): Promise<readonly Said[]> {
  await controlPlane.call({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  });
  await accountOf(controlPlane, namespace);
  const kubectl = (step: Step): Kubectl => new Kubectl(controlPlane, namespace, step);
  const said: Said[] = [];
  const beside: Kubectl[] = [];
  try {
    for (const step of steps) {
      if (step.lines !== undefined) beside.push(await kubectl(step).begun());
      else said.push(await repeated(step, () => kubectl(step).ended));
    }
    for (const each of beside) said.push(await each.ended);
  } finally {
    for (const each of beside) each.kill();
  }
  return said;
}

function repeated({ until }: Step, attempt: () => Promise<Said>): Promise<Said> {
  if (until === undefined) return attempt();
  return eventually(async () => {
    const said = await attempt();
    if (!until.test(said.output)) throw new Error(`no ${String(until)} in ${JSON.stringify(said)}`);
    return said;
  });
}

class Kubectl {
  readonly ended: Promise<Said>;
  readonly #child: ChildProcess;

  constructor(controlPlane: ControlPlane, namespace: string, { command, input = '', lines }: Step) {
    const found = findControlPlane();
    if ('missing' in found) throw new Error(found.missing);
    const own = [
      `--kubeconfig=${controlPlane.admin.kubeconfigFile}`,
      `--cache-dir=${join(controlPlane.dir, 'kubectl-cache')}`,
      `--namespace=${namespace}`,
    ];
    const child = spawn(
      join(found.binDir, 'kubectl'),
      [...words(command.replace('{ns}', namespace)), ...own],
      {
        stdio: 'pipe',
        timeout: deadlineMs,
        env: { ...process.env, KUBERC: 'off' },
      },
    );
    this.#child = child;
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    if (lines !== undefined) {
      let count = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        count += chunk.filter((byte) => byte === 10).length;
        if (count >= lines) child.kill();
      });
    }
    const code = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    this.ended = Promise.all([text(child.stdout), text(child.stderr), code]).then(
      ([output, errors, exitCode]) => ({ command, output, errors, code: exitCode }),
    );
  }

  /** Resolves when it has said something or ended, so that it sees what the next steps do. */
  async begun(): Promise<this> {
    const first = new Promise((resolve) => this.#child.stdout?.once('data', resolve));
    await Promise.race([first, this.ended]);
    return this;
  }

  kill(): void {
    this.#child.kill();
  }
}
