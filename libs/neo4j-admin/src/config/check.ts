import {
  availability,
  type Edition,
  findSetting,
  legacyRemedy,
  type Neo4jVersion,
  ownerOf,
  type Setting,
} from '../catalogue/index.ts';
import { nearestName } from './nearest-name.ts';
import { operatorLoginProblem } from './operator-login.ts';
import { commandProblem, error, type FieldProblem, warning } from './problem.ts';
import { valueProblem } from './value.ts';

/** Where the settings are to be used. */
export interface CheckContext {
  readonly version: Neo4jVersion;
  readonly edition: Edition;
}

/**
 * What is wrong with the settings of a user, in the order of their names. The server itself would name only the first thing that it does
 * not like.
 */
export function checkUserSettings(
  settings: Readonly<Record<string, string>>,
  context: CheckContext,
): readonly FieldProblem[] {
  const names = Object.keys(settings).toSorted();
  return [
    ...duplicates(names),
    ...names.flatMap((name) => settingProblems(name, settings[name] ?? '', context)),
  ];
}

/** The server trims names, and takes the second of two for a mistake. */
function duplicates(names: readonly string[]): readonly FieldProblem[] {
  const seen = new Map<string, string>();
  return names.flatMap((name) => {
    const plain = name.trim().toLowerCase();
    const first = seen.get(plain);
    if (first === undefined) {
      seen.set(plain, name);
      return [];
    }
    return [error(name, 'Duplicate', `${shown(name)} and ${shown(first)} are the same setting: keep one`)];
  });
}

function settingProblems(name: string, value: string, context: CheckContext): readonly FieldProblem[] {
  if (/\p{Cc}/u.test(name) || /\p{Cc}|[\u2028\u2029]/u.test(value)) {
    return [
      error(
        name,
        'ControlCharacter',
        `${shown(name)} has a line break or another control character: remove it`,
      ),
    ];
  }
  if (!/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/.test(name.trim())) {
    return [error(name, 'Malformed', `${shown(name)} is not the name of a setting`)];
  }
  const nameProblem = problemOfName(name, context);
  if (nameProblem?.severity === 'error') return [nameProblem];
  const found = [...(nameProblem === undefined ? [] : [nameProblem])];
  if (value.includes('$(')) found.push(commandProblem(name));
  const setting = findSetting(name);
  const instead = setting === undefined ? undefined : valueProblem(setting.type, value);
  if (instead !== undefined) {
    found.push(error(name, 'WrongValue', `${name} is ${shown(value)}, but has to be ${instead}`));
    return found;
  }
  const loginProblem = operatorLoginProblem(name, value);
  return loginProblem === undefined ? found : [...found, loginProblem];
}

/** What is wrong with the name alone. */
function problemOfName(name: string, context: CheckContext): FieldProblem | undefined {
  const setting = findSetting(name);
  if (setting === undefined) return problemOfUnknown(name, context);
  const owner = ownerOf(name);
  const missing = problemOfMissing(setting, context);
  // What is removed is better deleted than said in another way.
  if (missing?.reason === 'Removed') return missing;
  if (owner.owner === 'operator') return owned(name, owner.instead);
  if (missing !== undefined) return missing;
  if (name.startsWith('internal.')) {
    return warning(
      name,
      'Internal',
      `${name} is not supported by Neo4j, and may end the server's start in any release`,
    );
  }
  return undefined;
}

function problemOfMissing(setting: Setting, { version, edition }: CheckContext): FieldProblem | undefined {
  const { name } = setting;
  const there = availability(setting, version, edition);
  switch (there.state) {
    case 'available':
      return undefined;
    case 'removed':
      return error(name, 'Removed', `${name} is gone since ${there.in}: ${there.remedy}`);
    case 'renamed':
      return error(name, 'Renamed', `${name} is called ${there.to} since ${there.in}`);
    case 'not-yet':
      return error(
        name,
        'NotYet',
        `${name} came with ${there.since}, and this is ${version.text}: remove it or upgrade`,
      );
    case 'not-in-edition':
      return error(name, 'EnterpriseOnly', `${name} is for the Enterprise edition only: remove it`);
    default:
      return there satisfies never;
  }
}

function problemOfUnknown(name: string, context: CheckContext): FieldProblem {
  const plain = name.trim().toLowerCase();
  if (plain !== name && findSetting(plain) !== undefined) {
    return error(name, 'NotCanonical', `${shown(name)} is not the name of a setting: write ${plain}`);
  }
  const legacy = legacyRemedy(plain);
  if (legacy !== undefined) return error(name, 'NameOf4', `${plain} is a name of Neo4j 4: ${legacy}`);
  if (plain.startsWith('apoc.')) {
    return error(
      name,
      'ApocSetting',
      `${plain} keeps the server from starting: give it to the plugin, whose file is apoc.conf`,
    );
  }
  const owner = ownerOf(plain);
  if (owner.owner === 'operator') return owned(name, owner.instead);
  const near = nearestName(plain, context);
  const hint = near === undefined ? 'check the name in the manual of the version' : `did you mean ${near}?`;
  return warning(
    name,
    'Unknown',
    `${shown(name)} is not known, and a server that does not know it either will not start: ${hint}`,
  );
}

function owned(name: string, instead: string): FieldProblem {
  const remedy = /^[a-z]+(\.[A-Za-z]+)*$/.test(instead) ? `set ${instead} instead` : `remove it: ${instead}`;
  return error(name, 'OwnedByOperator', `${name} follows from the rest of the specification: ${remedy}`);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
