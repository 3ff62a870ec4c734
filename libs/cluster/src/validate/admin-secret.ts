import { type Secret, secretText } from '@neo4j-operator/cluster-access';

/** Lengths of passwords. */
export const passwordLength = {
  /** What Neo4j takes at least, unless a setting says otherwise. */
  least: 8,
  /** What generated ones have. */
  generated: 32,
} as const;

/**
 * Why the Secret with the administrator's password cannot be used: a sentence with the remedy, which never tells the password; undefined if
 * it can.
 */
export function checkAdminSecret(secret: Secret): string | undefined {
  const { namespace, name } = secret.metadata;
  const problem = usernameProblem(secretText(secret, 'username')) ?? passwordProblem(secret);
  if (problem === undefined) return undefined;
  return `Secret ${namespace === undefined ? '' : `${namespace}/`}${name}: ${problem}`;
}

function usernameProblem(username: string | undefined): string | undefined {
  if (username === undefined || username === 'neo4j') return undefined;
  return 'the key username has to be neo4j, who is the first user of every Neo4j: correct it or leave it out';
}

function passwordProblem(secret: Secret): string | undefined {
  const password = secretText(secret, 'password');
  if (password === undefined || password === '') return 'the key password is missing: add it';
  if (password.includes('\u{FFFD}')) {
    return 'the password is not text in UTF-8, which no client could send: choose another one';
  }
  if (/[\r\n]$/.test(password)) {
    return 'the password ends with a line break, which nobody would type: write it without, as with echo -n';
  }
  if (/\p{Cc}/u.test(password)) {
    return 'the password has a control character, which nobody could type: choose another one';
  }
  if (password.startsWith('-')) {
    return 'the password begins with a dash, and tools would take it for an option: choose another one';
  }
  if (password.includes('/')) {
    return 'the password has a slash, which images of Neo4j take for the end of it: choose another one';
  }
  if (password === 'neo4j') return 'the password is neo4j, which Neo4j refuses: choose another one';
  if (password.length < passwordLength.least) {
    return `the password has fewer than ${passwordLength.least} characters, which Neo4j refuses: choose a longer one`;
  }
  return undefined;
}
