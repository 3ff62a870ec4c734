// What the harness and its supervisor say to each other: JSON, one message a line.

/** What the harness asks for, on the supervisor's standard input. */
export type Order =
  | { readonly start: string; readonly command: string; readonly args: readonly string[] }
  | { readonly stop: string; readonly signal: NodeJS.Signals };

/** What the supervisor reports, on its standard output. */
export type Report =
  /** It is there, and `dir` is its folder. The first report. */
  | { readonly dir: string }
  | { readonly started: string; readonly pid: number }
  /** `why` is the exit code, the signal, or what kept it from starting. */
  | { readonly ended: string; readonly why: string };
