import { error, type FieldProblem } from './problem.ts';

/** How often a password may be wrong before the user is locked, at least: a changed one is noticed by two refusals. */
const leastFailedAttempts = 3;

/** Settings with which a server would no longer let in the user by whom it is administered, who has a password of its own. */
export function operatorLoginProblem(name: string, value: string): FieldProblem | undefined {
  switch (name) {
    case 'dbms.security.authentication_providers':
    case 'dbms.security.authorization_providers': {
      const providers = value.split(',').map((item) => item.trim());
      if (providers.includes('native')) return undefined;
      return error(
        name,
        'OperatorLogin',
        `without native in ${name} nobody could administer the servers: add it, as in ${['native', ...providers.filter((item) => item !== '')].join(',')}`,
      );
    }
    case 'dbms.security.auth_max_failed_attempts': {
      const attempts = Number(value);
      if (attempts === 0 || attempts >= leastFailedAttempts) return undefined;
      return error(
        name,
        'OperatorLogin',
        `after ${attempts} wrong passwords users would be locked, and a changed password is only noticed by two: ` +
          `set at least ${leastFailedAttempts}, or 0 for no limit`,
      );
    }
    default:
      return undefined;
  }
}
