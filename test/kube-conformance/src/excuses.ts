// In what the simulated control plane is known to differ from the real one, and why that is left so.
import type { Difference } from './differences.ts';
import type { Step } from './scene.ts';

/** One kind of difference, matched as narrowly as it can be. One that no interaction of the table shows any more is an error. */
export interface Excuse {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: Difference, step: Step) => boolean;
}

/** All of them. */
export const excuses: readonly Excuse[] = [
  {
    name: 'no documentation in tables of built-in kinds',
    reason:
      'a description of a column is shown by nobody, and the schemas of built-in kinds are kept without theirs',
    covers: ({ path, simulated }) => /columnDefinitions\[\d+\]\.description$/.test(path) && simulated === '',
  },
  {
    name: 'what is wrong with a YAML text',
    reason: 'each YAML parser says it in its own words; status and beginning of the message are the same',
    covers: ({ path, real, simulated }) =>
      path === 'body.message' && beginsAlike(real, simulated, /^(.*?)yaml: /),
  },
  {
    name: 'bookmarks without empty parts',
    reason:
      'the real server prints an empty value of the Go type of the kind; clients read nothing but the version',
    covers: ({ path, real, simulated }, step) =>
      step.path.includes('allowWatchBookmarks') &&
      /^body\[\d+\]\.object\.[a-z]+$/i.test(path) &&
      simulated === undefined &&
      isEmpty(real),
  },
  {
    name: 'no answers in protobuf',
    reason: 'clients that ask for it take JSON as well; a body in protobuf is understood',
    covers: ({ path }, { headers }) =>
      headers?.['accept'] === 'application/vnd.kubernetes.protobuf' &&
      ['body', 'headers.content-type'].includes(path),
  },
  {
    name: 'no apply of a scale',
    reason:
      'autoscalers patch or replace it; the real server itself fails at it for custom resources, or not, by what was applied before',
    covers: (_, { path, headers }) =>
      path.includes('/scale?') && headers?.['content-type'] === 'application/apply-patch+yaml',
  },
  {
    name: 'no look into certificates',
    reason:
      'a warning, and nothing else, about a Secret of type kubernetes.io/tls that has no certificate in it',
    covers: ({ path, real }) => path === 'headers.warning' && String(real).startsWith('299 - "tls: '),
  },
  {
    name: 'no warnings of what a Service ignores',
    reason: 'fields that are without effect beside others; nothing but the warning tells so',
    covers: ({ path, real }) =>
      path === 'headers.warning' && /^299 - "spec\.\w+ is ignored /.test(String(real)),
  },
  {
    name: 'keys that YAML has twice',
    reason: 'a warning, and nothing else; clients that apply send JSON, or YAML that a program has printed',
    covers: ({ path, real }) => path === 'headers.warning' && String(real).endsWith('already set in map"'),
  },
  {
    name: 'an apply to the status of a Service that is not there',
    reason:
      'the real server checks first what it would make, without a spec, and only then finds that it makes nothing',
    covers: ({ path, real, simulated }, step) =>
      /\/services\/[^/]+\/status\?/.test(step.path) &&
      step.headers?.['content-type'] === 'application/apply-patch+yaml' &&
      ((path === 'status' && real === 422 && simulated === 404) ||
        (path === 'body.code' && simulated === 404) ||
        (path === 'body.reason' && simulated === 'NotFound') ||
        (path === 'body.message' && String(real).endsWith('is invalid: spec.ports: Required value')) ||
        (path.startsWith('body.details') && step.method === 'PATCH')),
  },
  {
    name: 'new claims and jobs that are written as they are',
    reason:
      'the first write makes a new version of them even if it changes nothing, since the real server stores new ones in another form than those it has read',
    covers: ({ path, real, simulated }, step) =>
      path === 'body.metadata.resourceVersion' &&
      /^(?:PUT|PATCH) .*\/(?:persistentvolumeclaims|jobs)\/[^/]+$/.test(
        `${step.method} ${step.path.split('?', 1).join('')}`,
      ) &&
      Number(String(real).slice(1)) > Number(String(simulated).slice(1)),
  },
];

/** The excuse of a difference. */
export function excuseOf(difference: Difference, step: Step): Excuse | undefined {
  return excuses.find(({ covers }) => covers(difference, step));
}

/** What Go prints of a value that was never set. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return [null, 0, ''].includes(value as null);
  return Object.values(value).every(isEmpty);
}

/** Both have the beginning, and it is the same. */
function beginsAlike(real: unknown, simulated: unknown, beginning: RegExp): boolean {
  const [one, other] = [real, simulated].map((text) => beginning.exec(String(text))?.[1]);
  return one !== undefined && one === other;
}
