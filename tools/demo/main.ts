// `npm run demo [-- --real] [-- --keep]`: the tiny operator at work, from nothing, in a few seconds. The control plane is the simulated one
// in this process, or with --real etcd and kube-apiserver. With --keep it stays until it is interrupted, for a kubectl of your own.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ControlPlane, startControlPlane } from '../../test/controlplane/src/index.ts';
import { startSimulatedControlPlane } from '../../test/controlplane/src/simulated.ts';
import { User } from './user.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/tiny-operator');

const { values } = parseArgs({
  options: { real: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
});
say(values.real ? 'Starting etcd and kube-apiserver' : 'Starting a simulated control plane');
const controlPlane: ControlPlane = values.real
  ? await startControlPlane()
  : await startSimulatedControlPlane({ controllerManager: true });
const user = new User(controlPlane);
try {
  await demonstrate();
} finally {
  await user.close();
  await controlPlane.stop();
}

async function demonstrate(): Promise<void> {
  const file = (name: string): string => readFileSync(join(example, name), 'utf8');
  await user.apply(file('crd.yaml'));
  await user.apply(file('rbac.yaml'));
  await user.waitFor('CustomResourceDefinition', 'widgets.tiny.example.com', 'Established');

  say('Starting the operator');
  const operator = spawn(
    process.execPath,
    [
      '--conditions=@neo4j-operator/source',
      join(example, 'src/main.ts'),
      `--kubeconfig=${controlPlane.admin.kubeconfigFile}`,
      '--metrics-port=0',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = new Promise((resolve) => operator.once('exit', resolve));
  try {
    say('A user creates a Widget');
    await user.apply(file('widget.yaml'));
    await user.waitFor('Widget', 'hello', 'Ready');
    for (const kind of ['Widget', 'ConfigMap', 'Secret']) await user.show(kind);

    say('Somebody deletes the ConfigMap: it comes back');
    await user.delete('ConfigMap', 'hello');
    await user.waitForMessage('hello', 'Hello, world');

    say('The user edits the message');
    await user.apply(file('widget.yaml').replace('Hello, world', 'Good night'));
    await user.waitForMessage('hello', 'Good night');

    if (values.keep) await stay(controlPlane.admin.kubeconfigFile);

    say('The user deletes the Widget: the Secret goes first, then the Widget');
    await user.delete('Widget', 'hello');
    await user.waitUntilGone('Widget', 'hello');
    for (const kind of ['Widget', 'Secret']) await user.show(kind);
  } finally {
    operator.kill('SIGTERM');
    await ended;
  }
}

/** Until somebody presses Ctrl-C. */
async function stay(kubeconfig: string): Promise<void> {
  say('It stays until you press Ctrl-C. In another terminal:');
  process.stdout.write(`export KUBECONFIG=${kubeconfig}\nkubectl get widgets,configmaps,secrets\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => {
      resolve();
    });
  });
}

function say(what: string): void {
  process.stdout.write(`\n# ${what}\n`);
}
