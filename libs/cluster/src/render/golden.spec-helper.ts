import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = join(import.meta.dirname, '../../golden');

/**
 * What a file under golden/ says. With `UPDATE_GOLDEN=1` it is written first, so that what has changed can be reviewed and committed.
 */
export function golden(path: string, actual: string): string {
  const file = join(folder, path);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
  }
  return readFileSync(file, 'utf8');
}
