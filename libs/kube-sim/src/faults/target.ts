// Faults of a control plane that no proxy can make, because they concern what it remembers.
import type { Action } from './exchange.ts';
import type { Rule, ScriptedRule } from './script.ts';

/** What can be done to a control plane. */
export interface FaultTarget {
  /** Puts a rule in force. */
  script(rule: Rule): ScriptedRule;
  /** Forgets the events so far: continue tokens and watches from versions before now expire. */
  compact(): void;
  /**
   * Ends all watches, as a restart does; other requests go on. Afterwards reads that may come from a cache, and watches, begin with a
   * view that is older by so many revisions and catches up by and by.
   */
  restart(options?: { readonly olderBy?: number }): void;
  /** Answers reads that may come from a cache from the state so many revisions ago, until what is returned is called. */
  staleReads(olderBy: number): () => void;
}

/** Answers this one request as {@link FaultTarget.staleReads} does. */
export function staleRead(target: Pick<FaultTarget, 'staleReads'>, olderBy: number): Action {
  return async (exchange) => {
    const undo = target.staleReads(olderBy);
    // In process a request takes effect before the call returns.
    const forwarded = exchange.forward();
    undo();
    await exchange.relay(await forwarded);
  };
}
