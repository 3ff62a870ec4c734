// From the decision that a container is to start to a process that is followed until its end.
import { uuid } from '@neo4j-operator/clock';
import { hostnameOf, type Invocation, invocation } from '../env/env.ts';
import type { PodPlace } from '../env/fields.ts';
import { quantityValue } from '../env/quantity.ts';
import type { ContainerContext, Exit, Mount, Program } from '../program.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import { type ContainerProcess, type ProcessListener, startProcess } from './container-process.ts';
import type { LogWriter } from './contract.ts';
import type { NodeParts } from './node-parts.ts';
import { probeGraceMs } from './probe.ts';
import type { Container, Pod } from './resources.ts';
import { type ContainerRun, exited, made, notPulled, refused, restarts, running, starting } from './run.ts';
import { terminationMessage } from './termination-message.ts';

/** The pod as its containers need it. */
export interface ContainerHost {
  parts(): NodeParts;
  pod(): Pod;
  place(): PodPlace;
  volumes(): PodVolumes;
  run(name: string): ContainerRun;
  /** False when the pod ends: then nothing is started any more. */
  isWanted(): boolean;
  graceMs(): number;
  changed(name: string, run: ContainerRun): void;
  runs(name: string, process: ContainerProcess | undefined): void;
}

const configRetryMs = 10_000;

/** Starts a container. What becomes of it is told to the host; it never throws. */
export function startContainer(host: ContainerHost, name: string): void {
  const run = host.run(name);
  const { clock, programs } = host.parts();
  const program = programs(run.spec.image);
  host.changed(name, starting(run, clock.now()));
  if (program === undefined) {
    const message = `failed to pull and unpack image ${JSON.stringify(run.spec.image)}: not found`;
    host
      .parts()
      .tell(
        host.pod(),
        'Warning',
        'Failed',
        `Failed to pull image ${JSON.stringify(run.spec.image)}: not found`,
      );
    host.changed(name, notPulled(host.run(name), message, clock.now()));
    return;
  }
  void prepare(host, host.run(name)).then((prepared) => {
    if (!host.isWanted()) host.changed(name, { ...host.run(name), state: { type: 'none' } });
    else if (prepared === undefined) return;
    else if ('refusal' in prepared) {
      const { refusal } = prepared;
      host.parts().tell(host.pod(), 'Warning', 'Failed', `Error: ${refusal}`);
      host.changed(
        name,
        refused(
          host.run(name),
          { reason: 'CreateContainerConfigError', message: refusal },
          clock.now() + configRetryMs,
        ),
      );
    } else launch(host, name, program, prepared);
  });
}

interface Prepared {
  readonly invocation: Invocation;
  readonly mounts: readonly Mount[];
}

async function prepare(
  host: ContainerHost,
  { spec }: ContainerRun,
): Promise<Prepared | { readonly refusal: string } | undefined> {
  try {
    const pod = host.pod();
    const found = await host.parts().lookup.find(pod);
    if (!host.isWanted()) return undefined;
    const called = invocation(pod, spec, host.place(), found, found.services);
    return { invocation: called, mounts: host.volumes().mountsOf(spec, called.env) };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}

function launch(host: ContainerHost, name: string, program: Program, prepared: Prepared): void {
  const { clock, rng, logs, dial, tell } = host.parts();
  const pod = host.pod();
  const before = host.run(name);
  const { spec } = before;
  const id = `hollow://${uuid(rng).replaceAll('-', '')}`;
  const startedAtMs = clock.now();
  const { namespace = '', name: podName, uid: podUid = '' } = pod.metadata;
  const log = logs.open({ namespace, pod: podName, podUid, container: name, restartCount: before.runs });
  const lastWords = host.volumes().lastWordsFile(name, before.runs);
  const context = contextOf(host, before, prepared, log, lastWords);
  const change = (step: (run: ContainerRun) => ContainerRun): void => {
    host.changed(name, step(host.run(name)));
  };

  const listener: ProcessListener = {
    made: () => {
      tell(pod, 'Normal', 'Created', 'Container created');
      change((run) => made(run, id));
    },
    running: () => {
      tell(pod, 'Normal', 'Started', 'Container started');
      change((run) => running(run, startedAtMs));
    },
    probed: (kind, verdict) => {
      if (kind === 'startup') change((run) => ({ ...run, startupOk: verdict }));
      if (kind === 'readiness') change((run) => ({ ...run, readinessOk: verdict }));
    },
    unhealthy: (kind, { output }) => {
      tell(
        pod,
        'Warning',
        'Unhealthy',
        `${kind.charAt(0).toUpperCase()}${kind.slice(1)} probe failed: ${output}`,
      );
    },
    failedProbe: (kind, probe) => {
      const what = before.role === 'main' ? 'Container' : 'Init container';
      const isAgain = restarts(before, pod.spec.restartPolicy, 1) ? ', will be restarted' : '';
      tell(pod, 'Normal', 'Killing', `${what} ${name} failed ${kind} probe${isAgain}`);
      process.stop(probeGraceMs(probe) ?? host.graceMs());
    },
    // What a hook has said may be a secret, and Events are read by more people than logs.
    hookFailed: (hook) => {
      if (hook === 'preStop') tell(pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
      else {
        tell(pod, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
        tell(pod, 'Normal', 'Killing', 'FailedPostStartHook');
        process.stop(host.graceMs());
      }
    },
    exited: (exit) => {
      host.runs(name, undefined);
      const message = terminationMessage(spec, exit, lastWords, log);
      change((run) => exited(run, { ...outcome(exit), message, startedAtMs, finishedAtMs: clock.now(), id }));
    },
  };
  const process = startProcess(program, context, spec, dial, listener);
  if (host.run(name).state.type !== 'exited') host.runs(name, process);
}

function outcome({ code, reason }: Exit): { readonly exitCode: number; readonly reason: string } {
  return { exitCode: code, reason: reason ?? (code === 0 ? 'Completed' : 'Error') };
}

function contextOf(
  host: ContainerHost,
  { spec, runs }: ContainerRun,
  { invocation: { env, command, args }, mounts }: Prepared,
  log: LogWriter,
  lastWords: string,
): ContainerContext {
  const { clock, rng } = host.parts();
  const { metadata, spec: podSpec } = host.pod();
  const { podIp, nodeName } = host.place();
  const { memory, cpu } = spec.resources?.limits ?? {};
  return {
    pod: {
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      uid: metadata.uid ?? '',
      ip: podIp,
      nodeName,
      hostname: hostnameOf(host.pod()),
      ...(podSpec.subdomain === undefined ? {} : { subdomain: podSpec.subdomain }),
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
    },
    name: spec.name,
    image: spec.image,
    restartCount: runs,
    command,
    args,
    workingDir: spec.workingDir,
    env,
    mounts: [...mounts, lastWordsMount(spec, lastWords)],
    memoryLimit: memory === undefined ? undefined : quantityValue(memory),
    cpuLimit: cpu === undefined ? undefined : quantityValue(cpu) * 1000,
    clock,
    rng,
    log: (line, stream = 'stdout') => {
      log.write(line, stream);
    },
  };
}

/** A container sees the file for its last words as it sees its volumes. */
function lastWordsMount(
  { terminationMessagePath = '/dev/termination-log' }: Container,
  hostPath: string,
): Mount {
  const source = { type: 'emptyDir', volume: 'termination-log' } as const;
  return { mountPath: terminationMessagePath, hostPath, readOnly: false, source };
}
