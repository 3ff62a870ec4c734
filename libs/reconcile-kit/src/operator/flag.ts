/** One setting of a command line, or of the environment in its place. */
export interface Flag<V> {
  /** Without the dashes before it: `metrics-port`. */
  readonly name: string;
  /** How it is written, for the help: `--metrics-port PORT`. */
  readonly usage: string;
  /** What it is for, and what holds without it. */
  readonly help: string;
  /** The value without it. */
  readonly absent: V;
  /**
   * The value of a text, which is never empty.
   *
   * @param refuse - throws an error that names the flag and the text, and says what to do: `give a number`
   */
  readonly read: (text: string, refuse: (remedy: string) => never) => V;
}

/** Flags by the names that their values have in the code. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** The values of a table of flags. */
export type FlagValues<F extends FlagTable> = {
  readonly [K in keyof F]: F[K] extends Flag<infer V> ? V : never;
};

/** What describes any flag. If there is no `absent`, `help` says what holds without it. */
export interface FlagText<V> {
  /** What stands for the value: `PORT`. */
  readonly placeholder: string;
  readonly help: string;
  readonly absent: V;
}

/** A flag that takes any text. */
export function textFlag(name: string, text: Omit<FlagText<string>, 'absent'>): Flag<string | undefined>;
export function textFlag(name: string, text: FlagText<string>): Flag<string>;
export function textFlag(
  name: string,
  text: Omit<FlagText<string>, 'absent'> & { readonly absent?: string },
): Flag<string | undefined> {
  return flag(name, { absent: undefined, ...text }, (value) => value);
}

/** A flag that takes a whole number, written in decimal digits alone. */
export function integerFlag(
  name: string,
  { from, to, ...text }: FlagText<number> & { readonly from: number; readonly to: number },
): Flag<number> {
  return flag(name, text, (value, refuse) => {
    const number = Number(value);
    return /^\d{1,15}$/.test(value) && number >= from && number <= to
      ? number
      : refuse(`give a number from ${String(from)} to ${String(to)}`);
  });
}

/** A flag that takes one of several words. */
export function choiceFlag<C extends string>(
  name: string,
  { choices, ...text }: FlagText<C> & { readonly choices: readonly C[] },
): Flag<C> {
  return flag(
    name,
    text,
    (value, refuse) =>
      choices.find((choice) => choice === value) ?? refuse(`give one of ${choices.join(', ')}`),
  );
}

/** A flag that is true or false, always said in words. `help` is about the one that is not the default, as the usage shows it. */
export function switchFlag(
  name: string,
  { help, absent }: Omit<FlagText<boolean>, 'placeholder'>,
): Flag<boolean> {
  return {
    name,
    usage: `--${name}=${String(!absent)}`,
    help,
    absent,
    read: (value, refuse) => {
      if (value === 'true') return true;
      return value === 'false' ? false : refuse('give true or false');
    },
  };
}

/** A flag that takes names as Kubernetes objects have them, separated by commas. Each counts once. */
export function namesFlag(
  name: string,
  text: Omit<FlagText<never>, 'absent'>,
): Flag<readonly string[] | undefined> {
  return flag<readonly string[] | undefined>(name, { ...text, absent: undefined }, (value, refuse) => {
    const names = value.split(',').map((each) => each.trim());
    return names.every((each) => /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(each))
      ? [...new Set(names)]
      : refuse('give names in lower case, separated by commas');
  });
}

function flag<V>(name: string, { placeholder, help, absent }: FlagText<V>, read: Flag<V>['read']): Flag<V> {
  return {
    name,
    usage: `--${name} ${placeholder}`,
    help: absent === undefined ? help : `${help} (default: ${String(absent)})`,
    absent,
    read,
  };
}
