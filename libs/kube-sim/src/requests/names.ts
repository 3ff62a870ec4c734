// What names, labels and the like may look like; each function gives what is wrong, in the server's words.

const labelPart = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainPattern = `${labelPart}(\\.${labelPart})*`;
const qualifiedPattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const valuePattern = `(${qualifiedPattern})?`;

const isSubdomain = new RegExp(`^${subdomainPattern}$`);
const isLabel = new RegExp(`^${labelPart}$`);
const isOldLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const isQualified = new RegExp(`^${qualifiedPattern}$`);
const isValue = new RegExp(`^${valuePattern}$`);

const endsWith = 'and must start and end with an alphanumeric character';

/** The kinds of names there are. */
export type NameRule = 'subdomain' | 'label' | 'label1035' | 'path';

/** What is wrong with the name of an object. */
export function nameFaults(name: string, rule: NameRule): readonly string[] {
  switch (rule) {
    case 'subdomain':
      return subdomainFaults(name);
    case 'label':
      return labelFaults(name);
    case 'label1035':
      return oldLabelFaults(name);
    case 'path':
      return pathFaults(name);
  }
}

function subdomainFaults(name: string, unit = 'characters'): readonly string[] {
  if (name.length <= 253 && isSubdomain.test(name)) return [];
  const what =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',";
  return tooLong(
    name,
    253,
    isSubdomain,
    `${what} ${endsWith} (e.g. 'example.com', ${used(subdomainPattern)})`,
    unit,
  );
}

function labelFaults(name: string): readonly string[] {
  if (name.length <= 63 && isLabel.test(name)) return [];
  const what = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',";
  if (isSubdomain.test(name) && name.length <= 63) return ['must not contain dots'];
  return tooLong(
    name,
    63,
    isLabel,
    `${what} ${endsWith} (e.g. 'my-name',  or '123-abc', ${used(labelPart)})`,
  );
}

function oldLabelFaults(name: string): readonly string[] {
  if (name.length <= 63 && isOldLabel.test(name)) return [];
  const what =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character,";
  const rest = "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123',";
  return tooLong(name, 63, isOldLabel, `${what} ${rest} ${used('[a-z]([-a-z0-9]*[a-z0-9])?')})`);
}

function pathFaults(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

/** What is wrong with the key of a label or annotation, or with another qualified name. */
export function labelKeyFaults(key: string): readonly string[] {
  const parts = key.split('/');
  const [prefix, name] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [undefined, key];
  if (parts.length > 2)
    return [
      `a valid label key ${qualifiedWords} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  if (prefix === undefined && name.length <= 63 && isQualified.test(name)) return [];
  const faults: string[] = [];
  if (prefix === '') faults.push('prefix part must be non-empty');
  else if (prefix !== undefined)
    faults.push(...subdomainFaults(prefix, 'bytes').map((fault) => `prefix part ${fault}`));
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > 63) faults.push('name part must be no more than 63 bytes');
  if (!isQualified.test(name)) faults.push(`name part ${qualifiedWords}`);
  return faults;
}

const qualifiedWords = `must consist of alphanumeric characters, '-', '_' or '.', ${endsWith} (e.g. 'MyName',  or 'my.name',  or '123-abc', ${used(qualifiedPattern)})`;

/** What is wrong with the value of a label. */
export function labelValueFaults(value: string): readonly string[] {
  if (value.length <= 63 && isValue.test(value)) return [];
  const what =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',";
  return tooLong(
    value,
    63,
    isValue,
    `${what} ${endsWith} (e.g. 'MyValue',  or 'my_value',  or '12345', ${used(valuePattern)})`,
    'bytes',
  );
}

function tooLong(
  text: string,
  max: number,
  pattern: RegExp,
  fault: string,
  unit = 'characters',
): readonly string[] {
  const faults = text.length > max ? [`must be no more than ${max} ${unit}`] : [];
  return pattern.test(text) ? faults : [...faults, fault];
}

function used(pattern: string): string {
  return `regex used for validation is '${pattern}'`;
}
