import { readFileSync } from 'node:fs';
import type { FieldCause } from '../api/failure.ts';

/** What the real API server (v1.37.2) answered: a JSON value in each line. */
export function readRecorded(file: URL): unknown[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

/** Causes as texts that can be compared: their order is not defined. */
export function sortedCauses(causes: readonly FieldCause[] = []): readonly string[] {
  return causes.map(({ field, reason, message }) => `${field ?? ''}: ${reason}: ${message}`).sort();
}
