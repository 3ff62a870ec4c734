// What is printed of a comparison.
import type { Comparison, Verdict } from './compare.ts';
import { describeDifference, type Difference } from './differences.ts';
import type { Scene, Step } from './scene.ts';

/** Counts of verdicts. */
export type Tally = Readonly<Record<Verdict, number>>;

/** How often each verdict was come to. */
export function tally(comparisons: readonly Comparison[]): Tally {
  const count = (verdict: Verdict): number => comparisons.filter((each) => each.verdict === verdict).length;
  return { same: count('same'), different: count('different'), excused: count('excused') };
}

/** The line that ends it all. */
export function tallyLine({ same, different, excused }: Tally): string {
  return `same ${same}, different ${different}, excused ${excused}`;
}

/** A difference with the request that shows it. */
export function describeComparison({ name }: Scene, { step, differences }: Comparison): string {
  const lines = telling(differences).flatMap((difference) => describeDifference(difference));
  return [`${name}: ${describeStep(step)}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Where one has refused and the other has not, what else differs follows from that. */
function telling(differences: readonly Difference[]): readonly Difference[] {
  const ones = ['status', 'body', 'body.message'];
  return differences.some(({ path }) => path === 'status')
    ? differences.filter(({ path }) => ones.includes(path))
    : differences;
}

/** A request as one line. */
export function describeStep({ method, path, body, text, headers }: Step): string {
  const sent = text ?? (body === undefined ? '' : JSON.stringify(body));
  const type = headers?.['content-type'] ?? headers?.['accept'] ?? '';
  const user = headers?.['impersonate-user'];
  return [
    user === undefined ? '' : `(${user})`,
    method,
    path,
    type,
    sent.length > 800 ? `${sent.slice(0, 800)}…` : sent,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
