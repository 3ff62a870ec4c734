import type { Decision } from '../../decision.ts';
import { evaluate } from '../../evaluate.ts';
import { decisionTable } from '../../explain/table.ts';
import { emptyHistory } from '../../history/empty.ts';
import { decodeHistory, encodeHistory } from '../../history/encoding.ts';
import { HistoryError } from '../../history/error.ts';
import type { History } from '../../history/types.ts';
import { type Arguments, UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readFile, readJson, readPolicy, writeFile } from '../files.ts';
import type { Io } from '../io.ts';
import { newestSample, readObservation } from '../observation.ts';

export const decide: Command = {
  summary: 'decides once how many servers each pool should have, and says why',
  synopsis: '--policy FILE.yaml --observation FILE.json [OPTIONS]',
  flags: {
    policy: {
      kind: 'text',
      value: 'FILE',
      help: 'the policy, as YAML or JSON: spec.autoScaling, or a whole Neo4jEnterpriseCluster',
    },
    observation: { kind: 'text', value: 'FILE', help: 'what was seen of the cluster, as JSON' },
    history: { kind: 'text', value: 'FILE', help: 'what --history-out wrote at the last evaluation' },
    'history-out': { kind: 'text', value: 'FILE', help: 'where to write what is to be remembered' },
    now: {
      kind: 'text',
      value: 'TIME',
      help: 'the moment, ISO 8601 or milliseconds since 1970 (default: that of the newest sample)',
    },
    json: { kind: 'switch', help: 'print the decision as JSON' },
  },
  run: (args, io) => {
    const { policy } = readPolicy(args.required('policy'), io);
    const path = args.required('observation');
    const observation = readObservation(path, readJson(path, io));
    const now = readMoment(args.text('now')) ?? newestSample(observation);
    if (now === undefined) throw new UsageError(`--now is missing, and ${path} has no sample that tells it`);
    const decision = evaluate(policy, observation, readHistory(args, io), now);
    const out = args.text('history-out');
    if (out !== undefined)
      writeFile(out, `${Buffer.from(encodeHistory(decision.history)).toString('base64')}\n`, io);
    io.print(args.isOn('json') ? decisionJson(decision) : decisionTable(decision).trimEnd());
    return 0;
  },
};

/** Without the history: it is for machines, and has its own file. */
function decisionJson({ time, pools, nextEvaluation }: Decision): string {
  return JSON.stringify({ time, pools, nextEvaluation }, undefined, 2);
}

function readHistory(args: Arguments, io: Io): History {
  const path = args.text('history');
  if (path === undefined) return emptyHistory();
  try {
    return decodeHistory(Buffer.from(readFile(path, io), 'base64'));
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    throw new UsageError(`${path}: ${error.message}`, { cause: error });
  }
}

function readMoment(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new UsageError(`--now is '${text}': give a moment such as 2026-01-31T12:00:00Z`);
}
