import { type Edition, findSetting, type RestartClass, restartClass } from '../catalogue/index.ts';
import type { Settings } from './conf-text.ts';

/** What becomes of one key. */
export interface SettingChange {
  readonly key: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly restartClass: RestartClass;
}

/** All changes, and the most that one of them asks for; `none` if there are none. */
export interface SettingsDiff {
  readonly restartClass: RestartClass | 'none';
  /** In the order of their keys. */
  readonly changes: readonly SettingChange[];
}

/** What has to be done so that servers with the old settings have the new ones. */
export function diffSettings(before: Settings, after: Settings, edition: Edition): SettingsDiff {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const changes = keys.flatMap((key): readonly SettingChange[] => {
    const old = before.get(key);
    const wanted = after.get(key);
    if (old !== undefined && wanted !== undefined && isSame(old, wanted)) return [];
    const kind = old === undefined ? 'added' : wanted === undefined ? 'removed' : 'changed';
    const setting = findSetting(key);
    return [{ key, kind, restartClass: setting === undefined ? 'restart' : restartClass(setting, edition) }];
  });
  return { restartClass: strongest(changes), changes };
}

function strongest(changes: readonly SettingChange[]): RestartClass | 'none' {
  const classes = new Set(changes.map((change) => change.restartClass));
  return (['restart', 'live', 'next-start'] as const).find((known) => classes.has(known)) ?? 'none';
}

/** Order counts: of arguments of a virtual machine that decide the same, the last wins. */
function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
