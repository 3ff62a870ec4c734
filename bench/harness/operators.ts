import { bundle, nodeFlags, optional } from './bundle.ts';
import type { BenchContext } from './context.ts';
import type { Program } from './subject.ts';

/** An operator that can be measured: it tells `synced` and, when that many Widgets are reconciled, `settled`. */
export interface Operator {
  readonly name: 'Go' | 'kit' | 'kit, no flags' | 'client-node';
  readonly program: (widgets: number, options?: { readonly leaderElection: boolean }) => Program;
}

/** The operators that do the same, in the order in which they take turns. */
export async function buildOperators({ dir, yardstick }: BenchContext): Promise<readonly Operator[]> {
  const kit = await bundle('operators/kit-operator.ts', dir, optional);
  const clientNode = await bundle('operators/client-node-operator.ts', dir);
  return [
    ...(yardstick === undefined ? [] : [goOperator(yardstick)]),
    kitOperator('kit', { file: kit.file, args: [...nodeFlags, ...kit.args] }),
    kitOperator('kit, no flags', kit),
    {
      name: 'client-node',
      program: (widgets) => ({ ...clientNode, env: { BENCH_WIDGETS: String(widgets) } }),
    },
  ];
}

function kitOperator(name: Operator['name'], { file, args }: Program): Operator {
  return {
    name,
    program: (widgets, { leaderElection } = { leaderElection: false }) => ({
      file,
      args: [...args, '--metrics-port=0', `--leader-election=${String(leaderElection)}`],
      env: { BENCH_WIDGETS: String(widgets) },
    }),
  };
}

function goOperator(file: string): Operator {
  return {
    name: 'Go',
    program: (widgets, { leaderElection } = { leaderElection: false }) => ({
      file,
      args: [`-widgets=${widgets}`, `-leader-election=${String(leaderElection)}`],
    }),
  };
}
