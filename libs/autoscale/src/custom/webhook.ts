// The contract of the webhook kind of custom algorithm. The HTTP call is the caller's; its answer comes in as part of the observation.
import type { MetricFailure, MetricReport } from '../decision.ts';
import type { DatabaseObservation, Observation, PoolName, Sample, WebhookAnswer } from '../observation.ts';
import type { Algorithm, PoolPolicy } from '../policy/types.ts';

/** What is sent, as JSON. Fields are only ever added as long as `version` is 1; all numbers are finite, times are milliseconds since 1970. */
export interface WebhookRequest {
  readonly version: 1;
  /** Name of the algorithm in the policy. */
  readonly algorithm: string;
  readonly time: number;
  readonly pool: {
    readonly name: PoolName;
    /** Servers that are there and do not drain. */
    readonly current: number;
    /** Servers that are asked for at present. */
    readonly desired: number;
    readonly minReplicas: number;
    readonly maxReplicas: number;
    /** Numbers for the pool as a whole. */
    readonly samples: Readonly<Record<string, WebhookSample>>;
  };
  readonly servers: readonly WebhookServer[];
  readonly databases: readonly DatabaseObservation[];
  /** What the metrics of the policy ask for, as of the caller's last evaluation. */
  readonly metrics: readonly WebhookMetric[];
  /** How many servers, databases and metrics were left out to keep the request small. */
  readonly omitted: { readonly servers: number; readonly databases: number; readonly metrics: number };
}

/** A number as a webhook sees it; `time` is in milliseconds since 1970. */
export interface WebhookSample {
  readonly value: number;
  readonly time: number;
}

/** A server as a webhook sees it. */
export interface WebhookServer {
  readonly name: string;
  readonly state: string;
  readonly zone?: string;
  readonly samples: Readonly<Record<string, WebhookSample>>;
}

/** A metric as a webhook sees it. */
export interface WebhookMetric {
  readonly name: string;
  readonly type: string;
  readonly value?: number;
  readonly target?: number;
  readonly proposal?: number;
  readonly failed?: MetricFailure;
}

/**
 * What is to be answered, as JSON; further fields are ignored. As a JSON schema:
 *
 * ```json
 * {
 *   "type": "object",
 *   "required": ["version", "replicas"],
 *   "properties": {
 *     "version": { "const": 1 },
 *     "replicas": { "type": "integer", "minimum": 0, "maximum": 1000 },
 *     "reason": { "type": "string", "description": "for people; cut to 200 characters" }
 *   }
 * }
 * ```
 *
 * `replicas` is one proposal among those of the metrics: it is combined with them, and every rule of the pool holds for it.
 */
export interface WebhookResponse {
  readonly version: 1;
  readonly replicas: number;
  readonly reason?: string;
}

/** What became of an answer. `age` is that of the answer, in milliseconds; messages are half sentences. */
export type AnswerResult =
  | { readonly replicas: number; readonly age: number; readonly message?: string; readonly failed?: never }
  | {
      readonly failed: MetricFailure;
      readonly age?: number;
      readonly message: string;
      readonly replicas?: never;
    };

/** What a request is made from. */
export interface WebhookInput {
  readonly algorithm: string;
  readonly name: PoolName;
  readonly policy: Pick<PoolPolicy, 'minReplicas' | 'maxReplicas'>;
  readonly observation: Observation;
  /** The reports of the last decision, if there was one. */
  readonly metrics: readonly MetricReport[];
  readonly now: number;
}

const MOST_REPLICAS = 1_000;
const MOST_SERVERS = 200;
const MOST_DATABASES = 200;
const MOST_METRICS = 50;
const MOST_SAMPLES = 50;
const LONGEST_NAME = 253;
const LONGEST_REASON = 200;

/** Makes the request for one algorithm and one pool: plain JSON of bounded size, at most about 4 MB and usually a few kB. */
export function webhookRequest(input: WebhookInput): WebhookRequest {
  const { algorithm, name, policy, observation, metrics, now } = input;
  const pool = observation.pools[name];
  const servers = pool?.servers ?? [];
  const databases = observation.databases ?? [];
  const current = servers.filter(({ state }) => state !== 'draining').length;
  return {
    version: 1,
    algorithm: plain(algorithm, LONGEST_NAME),
    time: finite(now) ?? 0,
    pool: {
      name,
      current,
      desired: finite(pool?.desired) ?? current,
      minReplicas: policy.minReplicas,
      maxReplicas: policy.maxReplicas,
      samples: samplesOf(pool?.samples),
    },
    servers: servers.slice(0, MOST_SERVERS).map((server) => ({
      name: plain(server.name, LONGEST_NAME),
      state: server.state,
      ...(server.zone !== undefined && { zone: plain(server.zone, LONGEST_NAME) }),
      samples: samplesOf(server.samples),
    })),
    databases: databases.slice(0, MOST_DATABASES).map(databaseOf),
    metrics: metrics.slice(0, MOST_METRICS).map(metricOf),
    omitted: {
      servers: Math.max(0, servers.length - MOST_SERVERS),
      databases: Math.max(0, databases.length - MOST_DATABASES),
      metrics: Math.max(0, metrics.length - MOST_METRICS),
    },
  };
}

/**
 * Reads an answer. Nothing that a webhook says can throw here or become anything but a whole number from 0 to 1,000.
 *
 * @returns the proposal with the reason that was given, or why there is none: `AnswerMissing` (no answer, or the call failed),
 * `AnswerStale` (older than `maxAge` of the algorithm, or from the future) or `AnswerInvalid` (something else than a {@link WebhookResponse})
 */
export function readAnswer(
  answer: WebhookAnswer | undefined,
  { maxAge }: Pick<Algorithm, 'maxAge'>,
  now: number,
): AnswerResult {
  if (answer === undefined) return { failed: 'AnswerMissing', message: 'there is no answer' };
  try {
    if ('error' in answer)
      return {
        failed: 'AnswerMissing',
        message: `the call failed: ${plain(answer.error, LONGEST_REASON)}`,
      };
    const age = now - answer.time;
    if (!Number.isFinite(age)) return invalid('has no time');
    if (age < 0 || age > maxAge)
      return {
        failed: 'AnswerStale',
        ...(age >= 0 && { age }),
        message:
          age < 0
            ? 'the answer is from the future'
            : `the answer is ${seconds(age)} old, and no more than ${seconds(maxAge)} are allowed`,
      };
    return readBody(answer.body, age);
  } catch {
    return invalid('cannot be read');
  }
}

function readBody(body: unknown, age: number): AnswerResult {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return invalid(`is ${kindOf(body)} and must be an object with version and replicas`);
  const version: unknown = own(body, 'version');
  if (version !== 1) return invalid(`has version ${show(version)} and must have 1`);
  const replicas: unknown = own(body, 'replicas');
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0 || replicas > MOST_REPLICAS)
    return invalid(`has replicas ${show(replicas)} and must have a whole number from 0 to ${MOST_REPLICAS}`);
  const reason: unknown = own(body, 'reason');
  if (reason !== undefined && reason !== null && typeof reason !== 'string')
    return invalid(`has ${kindOf(reason)} as its reason and must have a text or none`);
  const message = typeof reason === 'string' ? plain(reason, LONGEST_REASON) : '';
  return { replicas: replicas + 0, age, ...(message !== '' && { message }) };
}

function own(body: object, name: string): unknown {
  return Object.hasOwn(body, name) ? (body as Readonly<Record<string, unknown>>)[name] : undefined;
}

function invalid(what: string): AnswerResult {
  return { failed: 'AnswerInvalid', message: `the answer ${what}` };
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? JSON.stringify(plain(value, 20)) : kindOf(value);
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1_000)} s`;
}

/** Text without what controls a terminal or the direction of writing, cut to a length. */
function plain(value: unknown, length: number): string {
  if (typeof value !== 'string') return kindOf(value);
  const start = value.slice(0, length * 4).toWellFormed();
  const text = start.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return Array.from(text).slice(0, length).join('');
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function samplesOf(samples: Readonly<Record<string, Sample>> = {}): Readonly<Record<string, WebhookSample>> {
  const entries = Object.entries(samples).filter(
    ([, { value, time }]) => Number.isFinite(value) && Number.isFinite(time),
  );
  return Object.fromEntries(
    entries
      .slice(0, MOST_SAMPLES)
      .map(([name, { value, time }]) => [plain(name, LONGEST_NAME), { value, time }]),
  );
}

function databaseOf({
  name,
  primaries,
  secondaries,
  minSecondaries,
}: DatabaseObservation): DatabaseObservation {
  return {
    name: plain(name, LONGEST_NAME),
    primaries: finite(primaries) ?? 0,
    secondaries: secondaries === 'pool' ? secondaries : (finite(secondaries) ?? 0),
    ...(finite(minSecondaries) !== undefined && { minSecondaries: finite(minSecondaries) ?? 0 }),
  };
}

function metricOf({ name, type, value, target, proposal, failed }: MetricReport): WebhookMetric {
  return {
    name: plain(name, LONGEST_NAME),
    type,
    ...(finite(value) !== undefined && { value: finite(value) ?? 0 }),
    ...(finite(target) !== undefined && { target: finite(target) ?? 0 }),
    ...(finite(proposal) !== undefined && { proposal: finite(proposal) ?? 0 }),
    ...(failed !== undefined && { failed }),
  };
}
