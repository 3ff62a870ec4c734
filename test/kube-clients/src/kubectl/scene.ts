// The words in which scripts for kubectl are written.

/** One call of kubectl. */
export interface Step {
  /** As typed in a shell, without `kubectl`; 'single quotes' keep words together, and {ns} is the scene's namespace. */
  readonly command: string;
  /** What it reads from its standard input: text, or an object that is sent as JSON. */
  readonly input?: string;
  /** It is repeated until its output has this, for what takes its time. */
  readonly until?: RegExp;
  /** It runs beside the next steps, until it has said this many lines. */
  readonly lines?: number;
}

/** Steps in a namespace of their own. */
export interface Scene {
  readonly title: string;
  readonly steps: readonly Step[];
}

export function scene(title: string, ...steps: readonly Step[]): Scene {
  return { title, steps };
}

/** Runs to its end, whatever that is: its exit code is compared as well. */
export function run(command: string, ...input: readonly object[]): Step {
  return input.length === 0 ? { command } : { command, input: manifest(input) };
}

/** Runs again and again until its output has `pattern`. */
export function until(pattern: RegExp, command: string): Step {
  return { command, until: pattern };
}

/** Runs beside the next steps until it has said so many lines. */
export function follow(lines: number, command: string): Step {
  return { command, lines };
}

function manifest(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

/** The words of a command. */
export function words(command: string): readonly string[] {
  return Array.from(command.matchAll(/(?:[^\s']|'[^']*')+/g), ([word]) => word.replaceAll("'", ''));
}
