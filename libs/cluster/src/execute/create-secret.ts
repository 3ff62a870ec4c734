import { secrets } from '@neo4j-operator/cluster-access';
import type { Rng } from '@neo4j-operator/clock';
import { createOnce } from '@neo4j-operator/reconcile-kit';
import { isSecretOf } from '../analyze/accounts.ts';
import { renderSecret } from '../render/index.ts';
import type { Executor } from './executor.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** About 190 bits. */
const passwordLength = 32;

/** Makes a Secret with a value that is generated once: whichever reached the server first is the one that everybody uses. */
export const createSecret: Executor<'CreateSecret'> = async (
  { role, target },
  object,
  { live, rng, signal, writer },
) => {
  await createOnce({
    live,
    writer,
    resource: secrets,
    key: target.key,
    build: () => renderSecret(object, role, () => generatePassword(rng)),
    owned: (found) => isSecretOf(object, role, found),
    signal,
  });
};

/** Letters and digits only: it stands in files, environments and on command lines, where everything else has a meaning somewhere. */
export function generatePassword(rng: Rng): string {
  // Bytes above the last multiple would favour the first letters.
  const fair = 256 - (256 % letters.length);
  let password = '';
  while (password.length < passwordLength) {
    for (const byte of rng.bytes(passwordLength)) {
      if (byte < fair && password.length < passwordLength) password += letters.charAt(byte % letters.length);
    }
  }
  return password;
}
