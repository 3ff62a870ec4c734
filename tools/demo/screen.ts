// What the demo prints: on a terminal the line at the bottom changes, elsewhere each change is a line of its own.

/** A place to print to. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Lines that stay, and one below them that shows what goes on. */
export interface Screen {
  /** A line that stays. */
  say(line: string): void;
  /** What goes on at the moment; shown until something else is. */
  now(text: string): void;
}

/** A screen on a terminal or in a file. */
export function createScreen(output: Output): Screen {
  let shown = '';
  const clear = (): void => {
    if (shown !== '' && output.isTTY === true) output.write('\r\u001B[2K');
    shown = '';
  };
  return {
    say(line) {
      clear();
      output.write(`${line}\n`);
    },
    now(text) {
      const line = text.replaceAll(/\s+/g, ' ').trim();
      if (line === shown) return;
      if (output.isTTY !== true) {
        if (line !== '') output.write(`    ${line}\n`);
        shown = line;
        return;
      }
      clear();
      const width = (output.columns ?? 80) - 1;
      output.write(line.length > width ? `${line.slice(0, width - 1)}…` : line);
      shown = line;
    },
  };
}

/** Seconds for people: `3.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
