/** An operator, to be run as a process of its own, whose work heeds no signal once it leads. */
import { systemClock } from '@neo4j-operator/clock';
import { runOperator } from './run-operator.ts';

process.exitCode = await runOperator(
  {
    name: 'stuck',
    metricsPrefix: 'stuck',
    gracePeriodMs: 50,
    controllers: () => [
      {
        name: 'statement',
        informers: [],
        run() {
          process.stdout.write('at work\n');
          systemClock.setTimer(3_600_000, () => undefined);
          return new Promise(() => undefined);
        },
      },
    ],
  },
  process,
);
