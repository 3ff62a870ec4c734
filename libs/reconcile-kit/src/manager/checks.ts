import type { Clock } from '@neo4j-operator/clock';
import { asError } from '../core/errors.ts';
import { resourceName } from '../core/resource.ts';
import type { InformerHandle } from '../informer/informer.ts';
import { longestSilenceMs } from '../reflector/bookmark-patience.ts';
import { explainError } from './start-error.ts';

/** Milliseconds in which a watch that was given up for its silence is replaced, with a few retries. */
const replacementMs = 30_000;

/** A question that a probe asks. */
export interface Check {
  readonly name: string;
  /** Why the answer is no; undefined if it is yes. Throwing is a no too. */
  check(): string | undefined;
}

export interface CheckReport {
  readonly passed: boolean;
  /** One line per check, as Kubernetes' own components write them. */
  readonly text: string;
}

/** Asks all checks. */
export function runChecks(checks: readonly Check[]): CheckReport {
  const lines: string[] = [];
  let passed = true;
  for (const each of checks) {
    const failure = ask(each);
    passed &&= failure === undefined;
    lines.push(failure === undefined ? `[+]${each.name} ok` : `[-]${each.name} failed: ${failure}`);
  }
  lines.push(passed ? 'check passed' : 'check failed');
  return { passed, text: `${lines.join('\n')}\n` };
}

function ask(question: Check): string | undefined {
  try {
    return question.check();
  } catch (thrown) {
    return asError(thrown).message;
  }
}

/**
 * Does the informer hold a complete and current view?
 *
 * @param staleAfterMs - milliseconds without a word from the server after which the view counts as stale. By default 30 s more than the
 * longest silence in which a watch may still be healthy.
 */
export function informerCheck(
  informer: Pick<InformerHandle, 'resource' | 'state'>,
  clock: Clock,
  staleAfterMs = longestSilenceMs + replacementMs,
): Check {
  return {
    name: `informer-${resourceName(informer.resource)}`,
    check() {
      const { synced, lastHeardAt, lastError } = informer.state;
      const why = lastError === undefined ? '' : ` (${explainError(lastError).message})`;
      if (!synced) return `not synced yet${why}`;
      const silentMs = clock.monotonic() - lastHeardAt;
      return silentMs > staleAfterMs
        ? `nothing heard from the API server for ${String(Math.round(silentMs / 1000))} s${why}`
        : undefined;
    },
  };
}
