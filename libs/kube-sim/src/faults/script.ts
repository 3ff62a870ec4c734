// Which requests meet with which fault.
import type { Action } from './exchange.ts';
import type { RequestRecord } from './request-record.ts';

/** Which requests, and what is done to them. */
export interface Rule {
  /** For example `GET`. Absent: any. */
  readonly method?: string;
  /** Tested against the path without the query. Absent: any. */
  readonly path?: RegExp;
  /** Only watches, or only what is no watch. Absent: both. */
  readonly watch?: boolean;
  /** Any other condition. */
  readonly where?: (request: RequestRecord) => boolean;
  /** The first of the matching requests that is acted on, counted from 1. By default the first. */
  readonly nth?: number;
  /** How many matching requests are acted on, in a row. By default 1; `Infinity` for all. */
  readonly times?: number;
  readonly action: Action;
}

/** A rule in force. */
export interface ScriptedRule {
  /** How many requests have been acted on. */
  readonly hits: number;
  /** Puts the rule out of force. */
  remove(): void;
}

interface Entry {
  readonly rule: Rule;
  seen: number;
  hits: number;
}

/**
 * The rules in force. They are asked in the order in which they were added, and the first that is due takes the request; later ones
 * do not see it. So two rules for the same requests act one after the other.
 */
export class Script {
  readonly #entries = new Set<Entry>();

  add(rule: Rule): ScriptedRule {
    const entry: Entry = { rule, seen: 0, hits: 0 };
    this.#entries.add(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        this.#entries.delete(entry);
      },
    };
  }

  /** Removes all rules. */
  clear(): void {
    this.#entries.clear();
  }

  /** Whether no rule is in force, so that no request need be looked at. */
  get empty(): boolean {
    return this.#entries.size === 0;
  }

  /** The action for a request, if a rule is due. */
  take(request: RequestRecord): Action | undefined {
    for (const entry of this.#entries) {
      if (!matches(entry.rule, request)) continue;
      entry.seen++;
      const { nth = 1, times = 1, action } = entry.rule;
      if (entry.seen < nth || entry.seen >= nth + times) continue;
      entry.hits++;
      return action;
    }
    return undefined;
  }
}

function matches(rule: Rule, request: RequestRecord): boolean {
  return (
    (rule.method === undefined || rule.method === request.method) &&
    // Unlike `test`, this begins at the start of the path each time, even with the flag `g`.
    (rule.path === undefined || request.path.search(rule.path) >= 0) &&
    (rule.watch === undefined || rule.watch === request.watch) &&
    (rule.where === undefined || rule.where(request))
  );
}
