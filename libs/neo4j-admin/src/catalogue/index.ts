export { can, capabilities, type Capability, type Edition } from './capabilities.ts';
export { type AdminCommand, type AdminOption, commands, hasCommand, hasOption } from './cli.ts';
export { type KnownBad, knownBad, knownBadVersions } from './known-bad.ts';
export { legacyRemedy } from './legacy-names.ts';
export { ownedSettings, ownerOf, type Ownership } from './ownership.ts';
export { type Procedure, hasProcedure, procedureReplacement, procedures } from './procedures.ts';
export {
  pluginNamespaces,
  settingFamilies,
  type SettingFamily,
  sslPolicyScopes,
  sslPolicySuffixes,
} from './setting-families.ts';
export type { Setting, SettingType } from './setting.ts';
export {
  type Availability,
  availability,
  changedDefault,
  findSetting,
  type RestartClass,
  restartClass,
  settingNames,
} from './settings.ts';
export { type UpgradeEdge, upgradeEdge, type UpgradeRequirement } from './upgrades.ts';
export {
  compareVersions,
  isAtLeast,
  type Neo4jVersion,
  type ParsedVersion,
  parseVersion,
  type Release,
  type VersionLine,
  versionLine,
  versionOf,
  type VersionProblem,
} from './version.ts';
