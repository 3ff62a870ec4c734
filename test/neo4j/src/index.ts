export { type AdminOutcome, runAdminCommand } from './admin-command.ts';
export { type OpenDriver, openDriver } from './driver.ts';
export { FetchError, ensureServer } from './fetch.ts';
export { type ServerUnderTest } from './harness.ts';
export { inLanguage } from './language.ts';
export { type Oracle, type ServerVerdict, openOracle } from './oracle.ts';
export { type ParserVerdict, parseOfficially } from './parser.ts';
export { type ServerProgram, findServer } from './programs.ts';
export { type RealServer, type RealServerOptions, startRealServer } from './real-server.ts';
export { sharedServer } from './shared-server.ts';
export {
  type ConfigIssue,
  type ConfigValidation,
  type ValidationOptions,
  validateConfig,
} from './validate-config.ts';
export {
  type CypherLanguage,
  type ServerTraits,
  type ServerVersion,
  serverVersions,
  traitsOf,
} from './versions.ts';
