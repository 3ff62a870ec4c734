import type { Action, Blocked } from './action.ts';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** A rule passed. */
export const pass: Verdict = { ok: true };

/** A rule did not pass; `message` states the facts it found. */
export function refuse(message: string): Verdict {
  return { ok: false, message };
}

/** A named, pure predicate over an action and the observed state. */
export type SafetyRule<A extends Action, State> = (action: A, state: State) => Verdict;

export type SafetyRules<A extends Action, State> = Readonly<Record<string, SafetyRule<A, State>>>;

/** The rules that hold an action back, in the order in which the action names them. */
export function blockedBy<A extends Action, State>(
  action: A,
  state: State,
  rules: SafetyRules<A, State>,
): readonly Blocked[] {
  return (action.rules ?? []).flatMap((name) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const verdict: Verdict =
      rule === undefined ? refuse(`no rule of the name ${name} is defined`) : rule(action, state);
    return verdict.ok ? [] : [{ rule: name, message: verdict.message, action: action.kind }];
  });
}
