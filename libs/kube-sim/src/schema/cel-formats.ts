// format.*() of rules.
import { type Environment, Optional } from '@marcbachmann/cel-js';
import { labelKeyFaults, labelValueFaults, nameFaults } from '../requests/names.ts';
import { registerNamespace } from './cel-types.ts';
import { hasFormat } from './formats.ts';

class Format {
  readonly faultsOf: (text: string) => readonly string[];
  constructor(faultsOf: (text: string) => readonly string[]) {
    this.faultsOf = faultsOf;
  }
}

/** Named formats, whose `validate` tells what is wrong. */
export function registerFormats(env: Environment): void {
  const known = (format: string, fault: string) => (text: string) => (hasFormat(format, text) ? [] : [fault]);
  const formats: Readonly<Record<string, (text: string) => readonly string[]>> = {
    dns1123Label: (text) => nameFaults(text, 'label'),
    dns1123Subdomain: (text) => nameFaults(text, 'subdomain'),
    dns1035Label: (text) => nameFaults(text, 'label1035'),
    dns1123LabelPrefix: (text) => nameFaults(text.replace(/-$/, 'a'), 'label'),
    dns1123SubdomainPrefix: (text) => nameFaults(text.replace(/-$/, 'a'), 'subdomain'),
    dns1035LabelPrefix: (text) => nameFaults(text.replace(/-$/, 'a'), 'label1035'),
    qualifiedName: labelKeyFaults,
    labelValue: labelValueFaults,
    uri: known('uri', 'invalid URI'),
    uuid: known('uuid', 'does not match the UUID format'),
    byte: known('byte', 'invalid base64'),
    date: known('date', 'invalid date'),
    datetime: known('datetime', 'invalid datetime'),
  };
  registerNamespace(env, 'format', 'FormatLib');
  env
    .registerType('Format', { ctor: Format, fields: {} })
    .registerFunction(
      'Format.validate(string): optional<list<string>>',
      ({ faultsOf }: Format, text: string) => {
        const faults = faultsOf(text);
        return faults.length === 0 ? Optional.none() : Optional.of(faults);
      },
    )
    .registerFunction('FormatLib.named(string): optional<Format>', (_: unknown, name: string) => {
      const faultsOf = Object.hasOwn(formats, name) ? formats[name] : undefined;
      return faultsOf === undefined ? Optional.none() : Optional.of(new Format(faultsOf));
    });
  for (const [name, faultsOf] of Object.entries(formats)) {
    env.registerFunction(`FormatLib.${name}(): Format`, () => new Format(faultsOf));
  }
}
