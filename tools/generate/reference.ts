import { group, type Kind, type Rule, type Schema, version } from '@neo4j-operator/api-types';

/** The reference page of a kind, in Markdown. */
export function referencePage(kind: Kind): string {
  const { spec, status } = kind.schema.properties ?? {};
  return (
    [
      `# ${kind.kind}`,
      kind.description,
      facts(kind),
      '## Spec',
      'A field is required where it says so. A default is filled in by the API server, so it shows in the stored object.',
      fieldTable('spec', spec),
      '## Rules',
      'Checked by the API server and again by the operator.',
      ruleTable(kind.schema),
      '## Status',
      'Written by the operator.',
      fieldTable('status', status),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

function facts(kind: Kind): string {
  const lines = [
    `- API version: \`${group}/${version}\`, namespaced`,
    `- Names for kubectl: \`${[kind.plural, kind.singular, ...kind.shortNames].join('`, `')}\`, category \`neo4j\``,
    `- Columns: ${kind.columns.map(({ name }) => name).join(', ')}`,
    ...(kind.scale === undefined
      ? []
      : [`- \`kubectl scale\` sets \`${kind.scale.specReplicasPath.slice(1)}\``]),
  ];
  return lines.join('\n');
}

function fieldTable(path: string, schema: Schema | undefined): string {
  const rows = schema === undefined ? [] : fieldRows(path, schema);
  return table(['Field', 'Type', 'Default', 'Meaning'], rows);
}

/** One row for each field below `path`, depth first. */
function fieldRows(path: string, schema: Schema): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = `${path}.${name}`;
    const required = schema.required?.includes(name) === true;
    return [
      [code(at), typeOf(field), defaultOf(field, required), field.description ?? ''],
      ...nestedRows(at, field),
    ];
  });
}

function nestedRows(path: string, schema: Schema): readonly (readonly string[])[] {
  if (schema.items !== undefined) return fieldRows(`${path}[]`, schema.items);
  if (schema.additionalProperties !== undefined) return fieldRows(`${path}[]`, schema.additionalProperties);
  return fieldRows(path, schema);
}

function defaultOf(schema: Schema, required: boolean): string {
  if (required) return 'required';
  return schema.default === undefined ? '' : code(JSON.stringify(schema.default));
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map(code).join(' or ');
  if (schema.items !== undefined) return `list${entries(schema.maxItems)} of ${typeOf(schema.items)}`;
  if (schema.additionalProperties !== undefined) {
    return `map${entries(schema.maxProperties)} to ${typeOf(schema.additionalProperties)}`;
  }
  if (schema['x-kubernetes-int-or-string'] === true) return schema.form ?? 'integer or string';
  if (schema.format === 'date-time') return 'time';
  const limits = schema.type === 'integer' ? range(schema) : length(schema);
  return `${schema.type ?? 'anything'}${limits}${schema.form === undefined ? '' : `: ${schema.form}`}`;
}

function range({ minimum, maximum }: Schema): string {
  if (maximum !== undefined) return `, ${minimum ?? 0} to ${maximum}`;
  return minimum === undefined ? '' : `, ${minimum} or more`;
}

function entries(most: number | undefined): string {
  return most === undefined ? '' : ` (at most ${most})`;
}

function length({ maxLength: most, minLength: least = 0 }: Schema): string {
  if (most === undefined) return least === 0 ? '' : `, at least ${least} characters`;
  return least > 1 ? `, ${least} to ${most} characters` : `, at most ${most} characters`;
}

function ruleTable(schema: Schema): string {
  const rows = ruleRows('', schema).map(([field, rule]) => [code(field), rule.message, rule.remedy]);
  return table(['Field', 'Refused because it', 'Remedy'], rows);
}

function ruleRows(path: string, schema: Schema): readonly (readonly [string, Rule])[] {
  const own = (schema.rules ?? []).map(
    (rule) => [`${path}${rule.fieldPath ?? ''}`.replace(/^\./, ''), rule] as const,
  );
  const nested = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    ruleRows(path === '' ? name : `${path}.${name}`, field),
  );
  const inside = schema.items ?? schema.additionalProperties;
  return [...own, ...nested, ...(inside === undefined ? [] : ruleRows(`${path}[]`, inside))];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function code(text: string): string {
  return `\`${text}\``;
}
