// Differences that stay, and why.
import type { Said } from './play.spec-helper.ts';

type SaidByBoth = readonly [real: Said, simulated: Said];

/** A difference between what the two control planes make kubectl say. */
export interface Excuse {
  readonly why: string;
  /** Commands that it is for. */
  readonly command: RegExp;
  /** Takes the difference out. */
  readonly without: (said: SaidByBoth) => SaidByBoth;
}

export const excuses: readonly Excuse[] = [
  {
    why: 'The simulated control plane has the schemas of built-in kinds without their descriptions.',
    command: /^explain/,
    without: ([real, simulated]) => [undescribed(real), undescribed(simulated)],
  },
  {
    why: 'It does not have all kinds.',
    command: /^api-(?:resources|versions)/,
    without: ([real, simulated]) => {
      const there = new Set(simulated.output.split('\n'));
      return [change(real, (output) => linesOf(output, (line) => there.has(line))), simulated];
    },
  },
  {
    why: 'It has no OpenAPI v2, where kubectl looks for a kind that it does not find elsewhere.',
    command: /^apply -f -$/,
    without: both(
      /^error: (?:resource mapping not found for|error validating "STDIN": .* failed to download).*\n(?:ensure CRDs.*\n)?/m,
    ),
  },
  {
    why: 'It does not tell what a user may do at all.',
    command: /^auth can-i --list/,
    without: ([real, simulated]) => [{ ...simulated, command: real.command }, simulated],
  },
  {
    why: 'It does not tell by which certificate a user was known.',
    command: /^auth whoami$/,
    without: real(/\nExtra: authentication.kubernetes.io\/credential-id .*/),
  },
  {
    why: 'A Scale is not shown with its numbers.',
    command: /--subresource=scale$/,
    without: both(/^.*/s),
  },
  {
    why: 'Pods do not get the labels of where their node is.',
    command: /^(?:describe|get) pod/,
    without: real(/\n +topology\.kubernetes\.io\/zone(?:=|: )zone-\d/g),
  },
  {
    why: 'Of the revisions that a StatefulSet left behind, the next one takes only that which it needs, so that the others stay.',
    command: /^get controllerrevisions$/,
    without: both(/^NAME[^]*|^No resources found.*\n/m),
  },
];

interface Both {
  readonly real: readonly Said[];
  readonly simulated: readonly Said[];
}

/** What both said without what is excused; `used` learns which excuses were needed. */
export function excusedFrom({ real, simulated }: Both, used: Set<string>): Both {
  const pairs = real.map((ofReal, index) => excusedPair([ofReal, simulated[index] ?? ofReal], used));
  return { real: pairs.map(([ofReal]) => ofReal), simulated: pairs.map(([, ofSimulated]) => ofSimulated) };
}

function excusedPair(said: SaidByBoth, used: Set<string>): SaidByBoth {
  return excuses.reduce((pair, { why, command, without }) => {
    if (!command.test(pair[0].command) || isSame(pair)) return pair;
    used.add(why);
    return without(pair);
  }, said);
}

function isSame([real, simulated]: SaidByBoth): boolean {
  return real.output === simulated.output && real.errors === simulated.errors && real.code === simulated.code;
}

function change(said: Said, by: (output: string) => string): Said {
  return { ...said, output: by(said.output) };
}

/** Only the real one says this. */
function real(pattern: RegExp): Excuse['without'] {
  return ([ofReal, simulated]) => [change(ofReal, (output) => output.replace(pattern, '')), simulated];
}

/** Each says this in its own way. */
function both(pattern: RegExp): Excuse['without'] {
  return ([ofReal, simulated]) => {
    const without = (said: Said): Said => ({
      ...said,
      output: said.output.replace(pattern, ''),
      errors: said.errors.replace(pattern, ''),
    });
    return [without(ofReal), without(simulated)];
  };
}

function linesOf(output: string, isKept: (line: string) => boolean): string {
  return output.split('\n').filter(isKept).join('\n');
}

/** Of an explanation the names and types of fields. */
function undescribed(said: Said): Said {
  return change(said, (output) => {
    const named = output.replace(/^DESCRIPTION:\n[^]*?(?=^FIELDS:|(?![^]))/m, '');
    return linesOf(named, (line) => line !== '' && (!/^ {4}/.test(line) || /\t<|^ +enum: /.test(line)));
  });
}
