// Before the first spec file: builds the operator, once for all of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOperator } from './src/build.spec-helper.ts';

export default function setUp() {
  const dir = mkdtempSync(join(tmpdir(), 'tiny-operator-'));
  process.once('exit', () => {
    rmSync(dir, { recursive: true });
  });
  process.env['TINY_OPERATOR_PROGRAM'] = buildOperator(dir);
}
