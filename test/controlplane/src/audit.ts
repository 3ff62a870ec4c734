// The API server's audit log: what every client really asked for.
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Everything is logged once it is answered, watches when they start as well; bodies are not. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

/** One line of the audit log. */
export interface AuditEntry {
  /** The same for the stages of one request. */
  readonly auditId: string;
  /** `ResponseStarted` is logged for watches only. */
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  /** As RBAC knows it: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  readonly user: string;
  readonly userAgent: string;
  /** Path and query. */
  readonly uri: string;
  /** Absent for paths that are no resources, such as `/readyz`. */
  readonly resource?: AuditResource;
  /** The HTTP status. */
  readonly code: number;
  /** When the request arrived; epoch milliseconds with a fraction. */
  readonly receivedAt: number;
  /** When this stage was reached; epoch milliseconds with a fraction. */
  readonly stageAt: number;
}

/** What a request was about. `name` is absent for collections and for objects that the server names. */
export interface AuditResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A place in the log, to read on from later. */
export type AuditPosition = number;

const mutatingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** What every client really asked for. */
export interface Audit {
  /** The end of the log as it is now. */
  position(): AuditPosition;
  /** The entries after `since`, or all of them. */
  entries(options?: { readonly since?: AuditPosition }): readonly AuditEntry[];
  /** The requests of `user` that write, answered by whatever status, each once. */
  writes(user: string, options?: { readonly since?: AuditPosition }): readonly AuditEntry[];
}

/** Reads the audit log of a real control plane. */
export class AuditLog implements Audit {
  /** The log file, one JSON text a line. */
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The end of the log as it is now. The server writes an entry before it has finished the answer. */
  position(): AuditPosition {
    return existsSync(this.file) ? statSync(this.file).size : 0;
  }

  /** The entries after `since`, or all of them. A line that is being written is left for the next time. */
  entries(options: { readonly since?: AuditPosition } = {}): AuditEntry[] {
    const text = readFrom(this.file, options.since ?? 0);
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    return lines.filter((line) => line !== '').map(parseAuditEntry);
  }

  writes(user: string, options: { readonly since?: AuditPosition } = {}): AuditEntry[] {
    return this.entries(options).filter((entry) => entry.user === user && isWrite(entry));
  }
}

/** Whether an entry is the end of a request that writes. */
export function isWrite(entry: AuditEntry): boolean {
  return entry.stage !== 'ResponseStarted' && mutatingVerbs.has(entry.verb);
}

/** Whether an entry is about a Lease, as leader election writes it all the time. */
export function isLease(entry: AuditEntry): boolean {
  return entry.resource?.group === 'coordination.k8s.io' && entry.resource.resource === 'leases';
}

interface RawEvent {
  readonly auditID: string;
  readonly stage: AuditEntry['stage'];
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly requestURI: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly apiVersion: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** Reads one line of the log. */
export function parseAuditEntry(line: string): AuditEntry {
  const event = JSON.parse(line) as RawEvent;
  return {
    auditId: event.auditID,
    stage: event.stage,
    verb: event.verb,
    user: event.user.username,
    userAgent: event.userAgent ?? '',
    uri: event.requestURI,
    ...(event.objectRef === undefined ? {} : { resource: resourceOf(event.objectRef) }),
    code: event.responseStatus?.code ?? 0,
    receivedAt: epochMs(event.requestReceivedTimestamp),
    stageAt: epochMs(event.stageTimestamp),
  };
}

function resourceOf(ref: NonNullable<RawEvent['objectRef']>): AuditResource {
  const { apiGroup = '', apiVersion, resource, subresource, namespace, name } = ref;
  return {
    group: apiGroup,
    version: apiVersion,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}

/** The log has microseconds, `Date` has not: two writers within a millisecond have to be told apart. */
function epochMs(timestamp: string): number {
  const micros = /\.\d{3}(\d{3})Z$/.exec(timestamp)?.[1] ?? '0';
  return Date.parse(timestamp) + Number(micros) / 1000;
}

function readFrom(file: string, position: AuditPosition): string {
  if (!existsSync(file)) return '';
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - position));
    const length = readSync(descriptor, bytes, 0, bytes.length, position);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}
