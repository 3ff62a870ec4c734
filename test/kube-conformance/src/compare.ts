// Plays scenes on a real and on a simulated control plane, and compares.
import { type Difference, differencesBetween } from './differences.ts';
import { type Excuse, excuseOf } from './excuses.ts';
import { Player } from './play.ts';
import type { Json, Scene, Step } from './scene.ts';
import { gadgetDefinition } from './gadget.ts';
import type { Target } from './target.ts';

/** What comes of an interaction. */
export type Verdict = 'same' | 'different' | 'excused';

/** A step that was done to both. */
export interface Comparison {
  readonly step: Step;
  readonly verdict: Verdict;
  /** Those that nothing excuses; of an excused one, all. */
  readonly differences: readonly Difference[];
  readonly excuses: readonly Excuse[];
}

/** A real and a simulated control plane that scenes can be played on. */
export interface Pair {
  readonly real: Target;
  readonly simulated: Target;
  /** Controllers write as well, so that the order of versions is not compared. */
  readonly controllers: boolean;
}

/** Makes what all scenes use: a custom resource, `gadgets`. */
export async function prepare({ real, simulated }: Pick<Pair, 'real' | 'simulated'>): Promise<void> {
  for (const target of [simulated, real]) {
    const player = new Player(target, 'default');
    await make(player, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', gadgetDefinition);
    const path = '/apis/conformance.example/v1/gadgets';
    const served = await player.play({ method: 'GET', path, until: { status: 200 } });
    if (served.status !== 200)
      throw new Error(`${target.name} does not serve gadgets: ${JSON.stringify(served)}`);
  }
}

/**
 * Plays a scene in a namespace of its own.
 *
 * @param stopsAtDifference - what comes after a difference that nothing excuses, or one of status, may only follow from it
 */
export async function compareScene(
  { real, simulated, controllers }: Pair,
  { steps }: Scene,
  namespace: string,
  stopsAtDifference = false,
): Promise<readonly Comparison[]> {
  const players = {
    real: new Player(real, namespace, !controllers),
    simulated: new Player(simulated, namespace, !controllers),
  };
  for (const target of [simulated, real]) await makeNamespace(new Player(target, namespace));
  const comparisons: Comparison[] = [];
  for (const step of steps) {
    const comparison = await compareStep(players, step);
    if (step.quiet !== true) comparisons.push(comparison);
    if (stopsAtDifference && hasParted(comparison)) break;
  }
  return comparisons;
}

/** Whether what comes after may only follow from this: the two have come to hold different things, or count in different ways. */
function hasParted({ verdict, differences }: Comparison): boolean {
  const paths = ['status', 'body.metadata.resourceVersion'];
  return verdict === 'different' || differences.some(({ path }) => paths.includes(path));
}

async function compareStep(
  { real, simulated }: { readonly real: Player; readonly simulated: Player },
  step: Step,
): Promise<Comparison> {
  const actual = await simulated.play(step);
  const expected = await real.play(step, Array.isArray(actual.body) ? actual.body.length : undefined);
  const all = differencesBetween(expected, actual);
  const found = all.map((difference) => ({ difference, excuse: excuseOf(difference, step) }));
  const open = found.filter(({ excuse }) => excuse === undefined).map(({ difference }) => difference);
  const excuses = new Set(found.flatMap(({ excuse }) => (excuse === undefined ? [] : [excuse])));
  const verdict = all.length === 0 ? 'same' : open.length === 0 ? 'excused' : 'different';
  return { step, verdict, differences: open.length === 0 ? all : open, excuses: [...excuses] };
}

/** With the account that pods ask for, which otherwise a controller makes. */
async function makeNamespace(player: Player): Promise<void> {
  const name = player.namespace;
  await make(player, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await make(player, `/api/v1/namespaces/${name}/serviceaccounts`, account);
}

async function make(player: Player, path: string, body: Json): Promise<void> {
  const answer = await player.play({ method: 'POST', path, body });
  if (answer.status === 201 || answer.status === 409) return;
  throw new Error(`${player.target.name} answered POST ${path} by ${JSON.stringify(answer)}`);
}
