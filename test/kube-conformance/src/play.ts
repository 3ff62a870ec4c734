// Plays one step on one control plane.
import { bind } from './bind.ts';
import { isRecord, type JsonRecord, parseOrText } from './json.ts';
import { Normaliser, type Normalised } from './normalise.ts';
import type { Step } from './scene.ts';
import type { Answer, Target, Watched } from './target.ts';

const pollMs = 100;
const polls = 150;

/** A scene on its way on one control plane. */
export class Player {
  readonly target: Target;
  readonly namespace: string;
  readonly #answers = new Map<string, unknown>();
  readonly #normaliser: Normaliser;

  constructor(target: Target, namespace: string, ordersVersions = true) {
    this.#normaliser = new Normaliser(ordersVersions);
    this.target = target;
    this.namespace = namespace;
  }

  /**
   * Does one step.
   *
   * @param expectedLines - how many lines a watch has, if that is known
   */
  async play(step: Step, expectedLines?: number): Promise<Normalised> {
    if (step.after !== undefined) await this.target.pass(step.after);
    const answer = await this.#ask(step, expectedLines);
    const parsed = 'lines' in answer ? answer.lines.map(parseOrText) : parseOrText(answer.body);
    if (step.as !== undefined && answer.status < 300) this.#remember(step.as, parsed);
    const normalised = this.#normaliser.answer(answer);
    return 'lines' in answer && answer.status === 200
      ? { ...normalised, body: this.#normaliser.lines(answer.lines) }
      : normalised;
  }

  #remember(name: string, answer: unknown): void {
    if (isRecord(answer) && answer['kind'] === 'Status') return;
    this.#answers.set(`${name}~2`, this.#answers.get(`${name}~1`));
    this.#answers.set(`${name}~1`, this.#answers.get(name));
    this.#answers.set(name, answer);
  }

  async #ask(step: Step, expectedLines?: number): Promise<Answer | Watched> {
    const call = bind(step, { namespace: this.namespace, answers: this.#answers });
    const { body } = step;
    if (isRecord(body) && isRecord(body['metadata'])) {
      const prefix = body['metadata']['generateName'];
      if (typeof prefix === 'string') this.#normaliser.expectGeneratedName(prefix);
    }
    if (step.watch !== undefined) {
      const expected = expectedLines === undefined ? {} : { expected: expectedLines };
      return this.target.watch(call, { untilEnd: step.watch === 'end', ...expected });
    }
    for (let poll = 1; ; poll++) {
      const answer = await this.target.call(call);
      if (poll === polls || isReached(step, answer)) return answer;
      await this.target.pass(pollMs);
    }
  }
}

function isReached({ until }: Step, { status, body }: Answer): boolean {
  if (until === undefined) return true;
  return (
    (until.status ?? status) === status && (until.body === undefined || has(parseOrText(body), until.body))
  );
}

/** Whether a value has all that another has. */
function has(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(([key, each]) => has((value as JsonRecord)[key], each));
}
