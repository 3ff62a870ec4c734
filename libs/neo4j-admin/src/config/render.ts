import { findSetting, type RestartClass, restartClass } from '../catalogue/index.ts';
import { InvalidInputError } from '../cypher/invalid-input.ts';
import { databaseName } from '../cypher/names.ts';
import { checkUserSettings } from './check.ts';
import { formatConf, type Settings } from './conf-text.ts';
import { mergeJvm } from './jvm.ts';
import { planProblems } from './memory.ts';
import type { ServerModel } from './model.ts';
import { commandProblem, error, type FieldProblem } from './problem.ts';
import { settingsOfModel } from './settings-of-model.ts';
import { transactionLimitProblems } from './transaction-limits.ts';
import { valueProblem } from './value.ts';

/** The configuration of a server, ready to be written. */
export interface Configuration {
  /** By key in alphabetical order. Only `server.jvm.additional` has several values. */
  readonly settings: Settings;
  /** neo4j.conf. */
  readonly text: string;
  /** What a change of each key asks for. */
  readonly classes: ReadonlyMap<string, RestartClass>;
}

/** A configuration with what one should know about it, or why there is none. */
export type Rendered =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly FieldProblem[] }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * The configuration that follows from a model. Settings of the user win over defaults and are refused where the model decides. The same
 * model gives the same text, whatever the order of the user's settings.
 */
export function renderConfiguration(model: ServerModel): Rendered {
  const modelSettings = settingsOfModel(model);
  const problems = [
    ...checkUserSettings(model.userSettings, model),
    ...mergeJvm(model.version, model.jvm).problems,
    ...modelSettings.flatMap(({ key, values }) => values.flatMap((value) => modelValueProblems(key, value))),
    ...initialNameProblems(model),
    ...planProblems(model.memory),
    ...transactionLimitProblems(model.userSettings, model.memory),
  ];
  if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  const merged = new Map(modelSettings.map(({ key, values }) => [key, values]));
  for (const [key, value] of Object.entries(model.userSettings)) merged.set(key.trim(), [value.trim()]);
  const settings = new Map([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const classes = new Map([...settings.keys()].map((key) => [key, classOf(key, model)]));
  return { ok: true, configuration: { settings, text: formatConf(settings), classes }, warnings: problems };
}

/** A setting that the catalogue does not know is taken for one that needs a restart. */
function classOf(key: string, { edition }: ServerModel): RestartClass {
  const setting = findSetting(key);
  return setting === undefined ? 'restart' : restartClass(setting, edition);
}

/** Values of the model come from users as well: names of hosts, numbers of copies, paths, patterns of metrics. */
function modelValueProblems(key: string, value: string): readonly FieldProblem[] {
  if (/\p{Cc}|[\u2028\u2029]/u.test(value)) {
    return [
      error(
        key,
        'ControlCharacter',
        `the value for ${key} has a line break or another control character: remove it`,
      ),
    ];
  }
  if (value.includes('$(')) return [commandProblem(key)];
  const setting = findSetting(key);
  if (setting === undefined) return [];
  const instead = valueProblem(setting.type, value);
  return instead === undefined
    ? []
    : [error(key, 'WrongValue', `${key} would be ${JSON.stringify(value)}, but has to be ${instead}`)];
}

/** Where databases begin with another name than the one that was asked for, nobody finds them. */
function initialNameProblems({ version, initial: { name } }: ServerModel): readonly FieldProblem[] {
  try {
    databaseName(version, 'initial.name', name);
    return [];
  } catch (thrown) {
    if (thrown instanceof InvalidInputError) {
      return [error('initial.dbms.default_database', 'WrongValue', thrown.message)];
    }
    throw thrown;
  }
}
