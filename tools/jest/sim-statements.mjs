// Collects the distinct statements that a simulated Neo4j has accepted, one JSON line each, for `npm run check:statements -- --sent`.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const file = /** @type {{ simStatementsFile: string }} */ (/** @type {unknown} */ (globalThis))
  .simStatementsFile;
/** @type {Set<string>} */
const seen = new Set();

subscribe('neo4j-sim:statement', (message) => {
  const { version, text } = /** @type {{ version: string, text: string }} */ (message);
  const line = `${JSON.stringify({ version, text })}\n`;
  if (seen.has(line)) return;
  seen.add(line);
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, line);
});
