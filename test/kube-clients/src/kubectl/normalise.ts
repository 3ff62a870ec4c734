// Takes out of what kubectl says what differs from one control plane to the next by nature.
import type { Said } from './play.spec-helper.ts';

/** What is replaced in all of a scene, in this order; the function's argument names what was seen for the first time. */
const replacements: readonly (readonly [
  pattern: RegExp,
  by: string | ((names: Names, seen: string) => string),
])[] = [
  [/https:\/\/(?:127\.0\.0\.1|\[::1\]):\d+/g, '<server>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (names, seen) => names.of('uid', seen)],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| [+-]\d{4}(?: \w+)?)?/g, '<time>'],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/((?:resourceVersion"?: ?"|Resource ?Version: +))\d+/g, '$1<version>'],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1'],
  [/\/tmp\/kube-clients-\w+/g, '/tmp/volumes'],
  [/hollow:\/\/[0-9a-f]{32}/g, 'hollow://<id>'],
  [/(?<=X509SHA256=)[0-9a-f]{64}/g, '<hash>'],
  // A refused change is shown as a difference of Go values.
  [/\n@@ -\d[^]*?\n\n/g, '\n'],
  // Pods and Services have addresses of their ranges.
  [/\b(?:10\.0\.\d+\.\d+|127\.(?!0\.0\.1\b)\d+\.\d+\.\d+)\b/g, (names, seen) => names.of('ip', seen)],
  // Letters and digits of generated names; see k8s.io/apimachinery/pkg/util/rand.
  [/(?<=-)[bcdfghjklmnpqrstvwxz2456789]{8,10}(?:-[bcdfghjklmnpqrstvwxz2456789]{5})?\b/g, '<hash>'],
  [/(?<=-)(?=[a-z]*\d|[bcdfghjklmnpqrstvwxz]{5}\b)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '<suffix>'],
  // Ages stand alone, or in brackets behind a count.
  [/(?<=[ (])(?:\d+(?:ms|y|d|h|m|s))+(?=[\s)]|$)/gm, '<age>'],
  // Log lines of kubectl begin with time, process and place; some tell only of haste.
  [/^I\d{4} .*\n/gm, ''],
  [/^([WE])\d{4} [\d:.]+ +\d+ \S+\]/gm, '$1'],
  // What is seen while one waits is a matter of time.
  [/^Waiting for .*\n/gm, ''],
  [/ \(x\d+ over <age>\)/g, ''],
  [/\b3[0-2]\d{3}(?=\/TCP)/g, '<port>'],
  // The width of a column follows from what is in it.
  [/(?<=\S) {2,}/g, '  '],
  [/ +$/gm, ''],
  // The server tries some rules in the random order of Go's maps, and events of the same second have no order.
  [/(?:^ *\* .*\n){2,}/gm, (_, lines) => inOrder(lines)],
  [/(?:^ +(?:Normal|Warning) .*\n){2,}/gm, (_, lines) => inOrder(lines)],
  // What kubectl does for several pods or containers at once has no order either.
  [/(?:^(?:evicting pod |\[pod\/).*\n){2,}/gm, (_, lines) => inOrder(lines)],
];

function inOrder(lines: string): string {
  return lines
    .split('\n')
    .slice(0, -1)
    .toSorted()
    .map((line) => `${line}\n`)
    .join('');
}

/** The same thing has the same name in all of a scene. */
class Names {
  readonly #seen = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  of(kind: string, seen: string): string {
    const known = this.#seen.get(seen);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const name = `<${kind} ${String(count)}>`;
    this.#seen.set(seen, name);
    return name;
  }
}

/** What a scene said, comparable. */
export function normalise(said: readonly Said[]): readonly Said[] {
  const names = new Names();
  const clean = (words: string): string =>
    replacements.reduce(
      (rest, [pattern, by]) =>
        typeof by === 'string' ? rest.replace(pattern, by) : rest.replace(pattern, (seen) => by(names, seen)),
      words,
    );
  return said.map((each) => ({ ...each, output: clean(each.output), errors: clean(each.errors) }));
}

/** As one reads it in a terminal. */
export function transcript(said: readonly Said[]): string {
  return said
    .map(({ command, output, errors, code }) =>
      [`$ kubectl ${command}`, output, errors, code === 0 ? '' : `exit ${String(code)}`]
        .filter(Boolean)
        .join('\n'),
    )
    .join('\n');
}
