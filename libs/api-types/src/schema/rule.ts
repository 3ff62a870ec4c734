/** Why a rule refuses a value; the API server knows the first two, `Immutable` becomes its `Invalid`. */
export type RuleReason = 'Invalid' | 'Forbidden' | 'Immutable';

interface RuleText {
  /** The rule in CEL, for the API server. `self` is the value that the rule is attached to. */
  readonly cel: string;
  /** What is wrong, in one clause. */
  readonly message: string;
  /** What to do instead. */
  readonly remedy: string;
  readonly reason: RuleReason;
  /** Where in `self` the fault is, as CEL writes it (`.topology.primaries`); absent: at `self`. */
  readonly fieldPath?: string;
}

/** A rule about one value. */
export interface StateRule<Self = unknown> extends RuleText {
  /** The rule again, for our own validator. It sees only values of the right shape, with defaults applied. */
  check(self: Self): boolean;
}

/** A rule about a change; it is asked only when there was a value before. */
export interface TransitionRule<Self = unknown> extends RuleText {
  /** The rule again, for our own validator. It sees only values of the right shape, with defaults applied. */
  checkChange(self: Self, oldSelf: Self): boolean;
}

/** One rule in its two forms. They stand side by side so that they change together. */
export type Rule<Self = unknown> = StateRule<Self> | TransitionRule<Self>;

/** The rule that a value stays what it was when the object was created. */
export function immutable(remedy: string): TransitionRule<string> {
  return {
    cel: 'self == oldSelf',
    message: 'cannot be changed',
    remedy,
    reason: 'Immutable',
    checkChange: (self, oldSelf) => self === oldSelf,
  };
}
