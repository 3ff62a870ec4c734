/** What every benchmark is given. */
export interface BenchContext {
  /** How often each thing is measured. */
  readonly runs: number;
  /** Shorter waits, fewer runs of what takes long: to see that all works, not to compare. */
  readonly quick: boolean;
  /** A folder for bundles, removed at the end. */
  readonly dir: string;
  /** The Go program; undefined without Go. */
  readonly yardstick: string | undefined;
  /** Keeps what was measured as JSON, if that is wanted: `<name>.json`. */
  readonly record: (name: string, measured: object) => void;
  /** Tells the one who waits what is going on. */
  readonly report: (line: string) => void;
}

/** A benchmark: measures and gives its Markdown. */
export type Benchmark = (context: BenchContext) => Promise<string>;
