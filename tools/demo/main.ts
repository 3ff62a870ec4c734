// `npm run demo`: the tiny operator at work on a real API server, from nothing, in about half a minute.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { freePorts, startControlPlane } from '../../test/controlplane/src/index.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/tiny-operator');

say('Starting etcd and kube-apiserver');
const controlPlane = await startControlPlane();
try {
  await demonstrate();
} finally {
  await controlPlane.stop();
}

async function demonstrate(): Promise<void> {
  await kubectl('apply', '-f', join(example, 'crd.yaml'), '-f', join(example, 'rbac.yaml'));
  await kubectl('wait', '--for=condition=Established', 'crd/widgets.tiny.example.com');
  await kubectl('wait', '--for=create', 'namespace/default', '--timeout=30s');

  say('Starting the operator');
  const [port] = await freePorts(1);
  const operator = spawn(
    process.execPath,
    [
      '--conditions=@neo4j-operator/source',
      join(example, 'src/main.ts'),
      `--kubeconfig=${controlPlane.admin.kubeconfigFile}`,
      `--metrics-port=${String(port)}`,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = new Promise((resolve) => operator.once('exit', resolve));
  try {
    say('A user creates a Widget');
    await kubectl('apply', '-f', join(example, 'widget.yaml'));
    await kubectl('wait', '--for=condition=Ready', 'widget/hello', '--timeout=30s');
    await kubectl('get', 'widgets,configmaps,secrets');

    say('Somebody deletes the ConfigMap: it comes back');
    await kubectl('delete', 'configmap', 'hello');
    await sleep(systemClock, 1000);
    await kubectl('get', 'configmap', 'hello', '-o', 'jsonpath={.data}{"\\n"}');

    say('The user edits the message');
    const edited = readFileSync(join(example, 'widget.yaml'), 'utf8').replace('Hello, world', 'Good night');
    await kubectlWith(edited, 'apply', '-f', '-');
    await sleep(systemClock, 1000);
    await kubectl('get', 'configmap', 'hello', '-o', 'jsonpath={.data}{"\\n"}');

    say('The user deletes the Widget: the Secret goes first, then the Widget');
    await kubectl('delete', 'widget', 'hello', '--timeout=30s');
    await kubectl('get', 'widgets,secrets');
  } finally {
    operator.kill('SIGTERM');
    await ended;
  }
}

function kubectl(...args: string[]): Promise<void> {
  return kubectlWith(undefined, ...args);
}

async function kubectlWith(input: string | undefined, ...args: string[]): Promise<void> {
  process.stdout.write(`$ kubectl ${args.join(' ').replaceAll(`${root}/`, '')}\n`);
  process.stdout.write(await controlPlane.kubectl(args, input === undefined ? {} : { input }));
}

function say(what: string): void {
  process.stdout.write(`\n# ${what}\n`);
}
