// From what a server answers to what can be compared: whatever differs by nature gets a name by the order in which it was seen.
import { systemClock } from '@neo4j-operator/clock';
import { isRecord, parseOrText } from './json.ts';
import type { Answer } from './target.ts';

/** An answer that can be compared. */
export interface Normalised {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The headers that mean something to a client. */
const comparedHeaders = ['content-type', 'warning', 'retry-after', 'allow', 'www-authenticate', 'location'];

/** Where the hash of a revision stands, which is one over Go's memory. */
const revisionKeys = [
  'controller-revision-hash',
  'currentRevision',
  'updateRevision',
  'pod-template-hash',
  'controller.kubernetes.io/hash',
];
const dayMs = 86_400_000;
const uidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const timePattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const clusterIpPattern = /\b10\.0\.\d+\.\d+\b/g;
const addressPattern = /127\.0\.0\.1:\d+/g;
const tokenVolumePattern = /kube-api-access-[a-z0-9]{5}/g;
/** Some messages quote what they refuse as a whole: an object or a patch, in the order or the words of Go's own values. */
const quotedValuePattern =
  /Invalid value: (?:"\{\\".*\}"|"map\[.*\]"|\{"labels".*"Spec".*\}|\{"metadata".*"spec".*\}|\{(?=.*"containers":).*\}): /i;
/** A text that was sent is quoted as it is: an edited answer has its fields in the order of the server that gave it. */
const quotedTextPattern = /(Object 'Kind' is missing in )'\{.*\}'(?: \(\{.*\))?/;
/** Some refusals of changes end with a difference of Go values, over several lines. */
const goDifferencePattern =
  /(Forbidden: (?:spec is immutable after|pod updates may not change)[^\n]*)\n[^]*?(?=, [a-z][\w.[\]]*: |\]$|$)/g;
const versionInTextPattern = /((?:resource version|current|ResourceVersion in [a-z ]+):? \(?)(\d+)/g;
const nodePortPattern = /:(3[0-2]\d{3})\//g;
const agePattern = /^(?:\d+[smhdy]){1,2}$/;

/** Remembers what it has seen of one control plane in one scene. */
export class Normaliser {
  readonly #ordersVersions: boolean;
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #versions = new Set<number>();
  readonly #prefixes = new Set<string>();
  readonly #revisions = new Set<string>();

  /** @param ordersVersions - false where controllers write as well, each in its own time */
  constructor(ordersVersions = true) {
    this.#ordersVersions = ordersVersions;
  }

  /** Tells it what a request asks for by `generateName`. */
  expectGeneratedName(prefix: string): void {
    this.#prefixes.add(prefix);
  }

  /** A whole answer. */
  answer({ status, headers, body }: Answer): Normalised {
    return { status, headers: this.#headers(headers), body: this.#compared(parseOrText(body)) };
  }

  /** The lines of a watch. */
  lines(lines: readonly string[]): unknown {
    return this.#compared(lines.map(parseOrText));
  }

  #compared(value: unknown): unknown {
    this.#collect(value);
    return withSortedCauses(this.#value('', value));
  }

  #headers(headers: Readonly<Record<string, string>>): Record<string, string> {
    const kept = comparedHeaders.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, this.#text(value)] as const];
    });
    return Object.fromEntries(kept);
  }

  /** All versions of objects, before any is named, so that those of lists and bookmarks can be put between them. */
  #collect(value: unknown): void {
    if (Array.isArray(value)) {
      for (const each of value) this.#collect(each);
    } else if (isRecord(value) && value['type'] !== 'BOOKMARK') {
      for (const [key, each] of Object.entries(value)) {
        if (key === 'generateName' && typeof each === 'string') this.#prefixes.add(each);
        if (revisionKeys.includes(key) && typeof each === 'string') this.#revisions.add(each);
        if (key === 'resourceVersion' && isVersion(each)) this.#versions.add(Number(each));
        if (key !== 'metadata' || !isCollection(value)) this.#collect(each);
      }
    }
  }

  #value(key: string, value: unknown): unknown {
    if (Array.isArray(value)) {
      if (key === 'managedFields') return byManager(value).map((each) => this.#value('', each));
      return value.map((each: unknown) =>
        key === 'cells' && isAge(each) ? '<age>' : this.#value(key, each),
      );
    }
    if (isRecord(value)) {
      const names = Object.keys(value).sort();
      return Object.fromEntries(names.map((name) => [this.#text(name), this.#value(name, value[name])]));
    }
    if (typeof value === 'string') {
      if (key === 'continue' && value !== '') return '<token>';
      return key === 'resourceVersion' && isVersion(value) ? this.#version(value) : this.#text(value);
    }
    const isAllotted = (key === 'nodePort' || key === 'healthCheckNodePort') && Number(value) >= 30_000;
    return isAllotted ? this.#named('port', String(value)) : value;
  }

  /** Its rank; what is between two that were seen, as a list's version may be, counts as the earlier. */
  #version(version: string): string {
    if (!this.#ordersVersions) return '<version>';
    const number = Number(version);
    return `v${[...this.#versions].filter((each) => each <= number).length}`;
  }

  #text(text: string): string {
    let named = text
      .replace(goDifferencePattern, '$1')
      .replace(quotedValuePattern, 'Invalid value: <the whole>: ')
      .replace(quotedTextPattern, '$1<the whole>')
      .replace(uidPattern, (uid) => this.#named('uid', uid))
      .replace(timePattern, (time) => (isRecent(time) ? `<time${time.includes('.') ? ' in µs' : ''}>` : time))
      .replace(clusterIpPattern, (ip) => this.#named('ip', ip))
      .replace(addressPattern, '<address>')
      .replace(nodePortPattern, (_, port: string) => `:${this.#named('port', port)}/`)
      .replace(tokenVolumePattern, 'kube-api-access-<5>')
      .replace(versionInTextPattern, (_, before: string, version: string) => before + this.#version(version));
    // The hash alone stands in a label as well: longer ones first.
    for (const revision of [...this.#revisions].sort((a, b) => b.length - a.length)) {
      named = named.replaceAll(revision, () => this.#named('revision', revision));
    }
    for (const prefix of this.#prefixes) {
      const generated = new RegExp(
        `${prefix.replaceAll('.', String.raw`\.`)}[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9-])`,
        'g',
      );
      named = named.replace(generated, (name) => `${prefix}${this.#named('5', name)}`);
    }
    return named;
  }

  #named(sort: string, value: string): string {
    const key = `${sort} ${value}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(sort) ?? 0) + 1;
    this.#counts.set(sort, count);
    const name = `<${sort} ${count}>`;
    this.#names.set(key, name);
    return name;
  }
}

/** They are sorted by time, in seconds: how long ago a second began is chance. */
function byManager(entries: readonly unknown[]): readonly unknown[] {
  const keyOf = (entry: unknown): string => {
    if (!isRecord(entry)) return '';
    return ['operation', 'manager', 'subresource', 'apiVersion'].map((name) => String(entry[name])).join();
  };
  return [...entries].sort((a, b) => compareTexts(keyOf(a), keyOf(b)));
}

/** Some rules are tried in the random order of Go's maps, so the order in which causes are told means nothing. */
function withSortedCauses(body: unknown): unknown {
  if (!isRecord(body) || !isRecord(body['details'])) return body;
  const { message, details } = body;
  const { causes } = details;
  if (typeof message !== 'string' || !Array.isArray(causes) || causes.length < 2) return body;
  const sorted = [...(causes as readonly Cause[])].sort((a, b) => compareTexts(told(a), told(b)));
  const list = (order: readonly Cause[]): string => `[${order.map(told).join(', ')}]`;
  return {
    ...body,
    message: message.replace(list(causes as readonly Cause[]), () => list(sorted)),
    details: { ...details, causes: sorted },
  };
}

interface Cause {
  readonly field?: string;
  readonly message: string;
}

function told({ field, message }: Cause): string {
  return field === undefined ? message : `${field}: ${message}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && /^[1-9]\d*$/.test(value);
}

/** A list or a table: its version is the server's, not an object's. */
function isCollection({ items, columnDefinitions }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(items) || Array.isArray(columnDefinitions);
}

function isAge(value: unknown): boolean {
  return typeof value === 'string' && agePattern.test(value);
}

function isRecent(time: string): boolean {
  return Math.abs(Date.parse(time) - systemClock.now()) < dayMs;
}
