// Lints texts as if they were the contents of files of this repository, in a process of its own because Jest's module loader
// and ESLint's plugins do not get along. Standard input: [{ file, text }]; standard output: [[rule, ...], ...].
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

const root = fileURLToPath(new URL('../../', import.meta.url));
const eslint = new ESLint({ cwd: root });
const cases = /** @type {{ file: string, text: string }[]} */ (JSON.parse(await text(process.stdin)));

const rules = [];
for (const { file, text } of cases) {
  const [result] = await eslint.lintText(text, { filePath: `${root}${file}` });
  rules.push(result?.messages.map(({ ruleId, message }) => ruleId ?? message));
}
process.stdout.write(JSON.stringify(rules));
