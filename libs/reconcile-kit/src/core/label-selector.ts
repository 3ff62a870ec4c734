type Labels = Readonly<Record<string, string>>;
type Matches = (labels: Labels) => boolean;

/**
 * A label selector as the API takes it (`a=b,c!=d,e in (f,g),h,!i`), to be asked about labels that are at hand.
 *
 * @returns undefined for what is not understood here: only the server can tell then
 */
export function parseLabelSelector(text: string): Matches | undefined {
  if (text.trim() === '') return () => true;
  const requirements = splitOutsideParentheses(text).map(parseRequirement);
  const understood = requirements.filter((requirement) => requirement !== undefined);
  if (understood.length < requirements.length) return undefined;
  return (labels) => understood.every((matches) => matches(labels));
}

const requirement =
  /^(?<absent>!\s*)?(?<key>\w[\w./-]*)(?:\s*(?<equality>==?|!=)\s*(?<value>[\w.-]*)|\s+(?<set>in|notin)\s*\((?<values>[\w., -]*)\))?$/;

function parseRequirement(text: string): Matches | undefined {
  const parts = requirement.exec(text.trim())?.groups;
  if (parts === undefined) return undefined;
  const { absent, key = '', equality, value = '', set, values = '' } = parts;
  const has = (labels: Labels): boolean => Object.hasOwn(labels, key);
  if (equality === undefined && set === undefined) {
    return absent === undefined ? has : (labels) => !has(labels);
  }
  if (absent !== undefined) return undefined;
  const listed = new Set(set === undefined ? [value] : values.split(',').map((each) => each.trim()));
  const isListed = (labels: Labels): boolean => has(labels) && listed.has(labels[key] ?? '');
  // What must not be one of the values need not be there at all.
  return equality === '!=' || set === 'notin' ? (labels) => !isListed(labels) : isListed;
}

function splitOutsideParentheses(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/);
}
