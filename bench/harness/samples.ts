/** What one run measured, by name. */
export type Sample = Readonly<Record<string, number>>;

/** What every run measured. */
export type Samples = readonly Sample[];

/** The values of one measurement, in the order of the runs. */
export function column(samples: Samples, name: string): readonly number[] {
  return samples.map((sample) => sample[name]).filter((value) => value !== undefined);
}

/** `median [min to max]`, or the value alone if it is always the same. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '-';
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [format(sorted.at(0)), format(sorted.at(-1))];
  return least === most ? least : `${format(median(sorted))} [${least} to ${most}]`;
}

/** Of each run by itself, since what disturbs one run disturbs both sides. */
export function ratios(samples: Samples, others: Samples, name: string): readonly number[] {
  return samples.flatMap((sample, run) => {
    const [value, other] = [sample[name], others[run]?.[name]];
    return value === undefined || other === undefined || other === 0 ? [] : [value / other];
  });
}

function median(sorted: readonly number[]): number | undefined {
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle];
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

function format(value = NaN): string {
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
