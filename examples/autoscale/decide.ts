// Decides from what was seen of a cluster, in a JSON file.
import { readFileSync } from 'node:fs';
import { emptyHistory, evaluate, parsePolicy, type Observation } from '@neo4j-operator/autoscale';

const metrics = [{ type: 'throughput', target: 400 }];
const parsed = parsePolicy({ secondaries: { minReplicas: 2, maxReplicas: 8, metrics } });
if (!parsed.ok) throw new Error(parsed.errors.map(({ field, message }) => `${field} ${message}`).join('\n'));
const seen = JSON.parse(readFileSync(process.argv[2] ?? 'observation.json', 'utf8')) as Observation;
const decision = evaluate(parsed.policy, seen, emptyHistory(), Date.UTC(2026, 0, 31, 12));
console.log(decision.pools.secondaries?.sentence);
