// A minute of a settled operator, on a control plane of its own, so that other tests can go on meanwhile.
import { sleep, systemClock } from '@neo4j-operator/clock';
import type { Start } from '../../controlplane/src/describe.ts';
import type { AuditEntry } from '../../controlplane/src/index.ts';
import { type Build, OperatorProcess } from './operator.spec-helper.ts';
import { Stage } from './stage.spec-helper.ts';

const widgets = Array.from({ length: 20 }, (_, index) => `settled-${String(index)}`);

export class SettledMinute {
  readonly #stage: Stage;
  readonly #operator: OperatorProcess;
  readonly #since: number;
  readonly #endsAt: number;

  private constructor(stage: Stage, operator: OperatorProcess) {
    this.#stage = stage;
    this.#operator = operator;
    this.#since = stage.controlPlane.audit.position();
    this.#endsAt = systemClock.monotonic() + 60_000;
  }

  /** Returns when the operator has nothing left to do; the minute runs from then on. */
  static async begin(start: Start, build: Build): Promise<SettledMinute> {
    const stage = await Stage.open(start, ['operator']);
    const { kubeconfigFile } = stage.controlPlane.tokenUser('operator');
    const operator = OperatorProcess.start(build.program, kubeconfigFile);
    await Promise.all(widgets.map((name) => stage.create('default', name, 'one')));
    await Promise.all(widgets.map((name) => stage.settled('default', name, 'one')));
    // Events are sent a little later than what they tell of.
    await sleep(systemClock, 1000);
    return new SettledMinute(stage, operator);
  }

  /** Waits for the end of the minute and gives all that the operator has asked for in it. */
  async requests(): Promise<readonly AuditEntry[]> {
    await sleep(systemClock, Math.max(0, this.#endsAt - systemClock.monotonic()));
    return this.#stage.controlPlane.audit
      .entries({ since: this.#since })
      .filter(({ user }) => user === 'operator');
  }

  async stop(): Promise<void> {
    await this.#operator.stop();
    await this.#stage.controlPlane.stop();
  }
}
