import { systemClock } from '@neo4j-operator/clock';
import type { ContainerContext, Exit, Program } from '@neo4j-operator/hollow-node';

/** A container that a test has in its hands. */
export interface Puppet {
  readonly context: ContainerContext;
  /** With the milliseconds since it was started. */
  readonly signals: { readonly signal: string; readonly afterMs: number }[];
  readonly commands: (readonly string[])[];
  exit(exit: Exit): void;
}

/** Programs that do what the test says: images `puppet/polite` end when they are asked to, others only when they are killed. */
export class Puppets {
  /** What a probe is answered, by the pod's name; by default 200. */
  readonly answers = new Map<string, number>();
  readonly #all: Puppet[] = [];

  readonly program: Program = {
    start: (context) => {
      const startedAt = systemClock.monotonic();
      const { promise, resolve } = Promise.withResolvers<Exit>();
      const puppet: Puppet = { context, signals: [], commands: [], exit: resolve };
      this.#all.push(puppet);
      const [verb, code] = context.args;
      if (verb === 'exit') resolve({ code: Number(code), message: `asked for ${String(code)}` });
      return {
        exited: promise,
        signal: (signal) => {
          puppet.signals.push({ signal, afterMs: systemClock.monotonic() - startedAt });
          if (signal === 'SIGKILL') resolve({ code: 137 });
          else if (context.image === 'puppet/polite') resolve({ code: 0 });
        },
        exec: (command) => {
          puppet.commands.push(command);
          return Promise.resolve({ code: 0, output: '' });
        },
        answer: () => Promise.resolve(this.answers.get(context.pod.name) ?? 200),
      };
    },
  };

  /** Those of a pod, in the order of their start. */
  of(namespace: string, pod: string): readonly Puppet[] {
    return this.#all.filter(({ context }) => context.pod.namespace === namespace && context.pod.name === pod);
  }

  /** The one that was started last. */
  last(namespace: string, pod: string): Puppet {
    const puppet = this.of(namespace, pod).at(-1);
    if (puppet === undefined) throw new Error(`${pod} has not been started`);
    return puppet;
  }
}

/** Where a container's mount is on this machine. */
export function hostPath({ context }: Puppet, mountPath: string): string {
  const mount = context.mounts.find((each) => each.mountPath === mountPath);
  if (mount === undefined) throw new Error(`nothing is mounted at ${mountPath}`);
  return mount.hostPath;
}
