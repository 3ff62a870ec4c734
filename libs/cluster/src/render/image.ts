// Which image a cluster is to run, and which version of Neo4j that is.
import type { DefaultedNeo4jEnterpriseClusterSpec, FieldError } from '@neo4j-operator/api-types';
import { knownBad, type Neo4jVersion, parseVersion } from '@neo4j-operator/neo4j-admin';
import type { PodTemplate } from '../model/resources.ts';
import type { RunningImage } from '../model/state.ts';
import { neo4jContainer, versionLabel } from './pod-template.ts';

/** An image with its version, or why the spec names none that can be run. */
export type FoundImage =
  | { readonly ok: true; readonly image: RunningImage }
  | { readonly ok: false; readonly problems: readonly FieldError[] };

type ClusterSpec = Pick<DefaultedNeo4jEnterpriseClusterSpec, 'edition' | 'image'>;

/**
 * The image that a spec asks for. In Neo4j's own repository a bare version gets the suffix of the edition: without one it is the image of
 * Community Edition, which would be noticed late.
 */
export function imageOf(spec: ClusterSpec): FoundImage {
  const { repo, digest, version: said } = spec.image;
  const tag = tagOf(spec);
  const told = versionInTag(tag);
  const text = said ?? told;
  if (text === undefined) return failed(noVersion(spec));
  if (isOfficial(repo)) {
    const problems = officialProblems(spec, tag, told);
    if (problems.length > 0) return { ok: false, problems };
  }
  const version = usableVersion(spec, text);
  if ('field' in version) return failed(version);
  const image = `${repo}:${tag}${digest === undefined ? '' : `@${digest}`}`;
  return { ok: true, image: { image, version } };
}

/** The image that a template names, with the version that it was taken for; undefined if that cannot be told. */
export function runningImage(template: PodTemplate): RunningImage | undefined {
  const image = template.spec.containers.find(({ name }) => name === neo4jContainer)?.image;
  const text = template.metadata.labels[versionLabel];
  const parsed = text === undefined ? undefined : parseVersion(text);
  return image !== undefined && parsed?.ok === true ? { image, version: parsed.version } : undefined;
}

/** Other ways to write the repository that `neo4j` stands for. */
const officialNames: ReadonlySet<string> = new Set(
  ['', 'docker.io/', 'index.docker.io/'].flatMap((registry) => [
    `${registry}neo4j`,
    `${registry}library/neo4j`,
  ]),
);

function isOfficial(repo: string): boolean {
  return officialNames.has(repo);
}

function tagOf({ edition, image: { repo, tag } }: ClusterSpec): string {
  return isOfficial(repo) && /^\d+\.\d+\.\d+$/.test(tag) ? `${tag}-${edition}` : tag;
}

/** The version that a tag begins with. */
function versionInTag(tag: string): string | undefined {
  return /^(\d+\.\d+\.\d+)(?=-|$)/.exec(tag)?.[1];
}

function usableVersion(spec: ClusterSpec, text: string): Neo4jVersion | FieldError {
  const field = spec.image.version === undefined ? 'spec.image.tag' : 'spec.image.version';
  const value = spec.image.version ?? spec.image.tag;
  const parsed = parseVersion(text);
  if (!parsed.ok) {
    return {
      field,
      reason: 'Invalid',
      value,
      message: `is no version that can be run: ${parsed.message}`,
      remedy: 'use 5.26 or a later version, as in 5.26.30 or 2026.08.1',
    };
  }
  const bad = knownBad(parsed.version);
  if (bad === undefined) return parsed.version;
  const remedy = 'use another version';
  return { field, reason: 'Invalid', value, message: `is known to be bad: ${bad.why}`, remedy };
}

function noVersion({ image: { tag } }: ClusterSpec): FieldError {
  return {
    field: 'spec.image.version',
    reason: 'Required',
    message: `is missing, and the tag ${tag} does not begin with a version of three numbers`,
    remedy: 'name the version of Neo4j that is in the image, as in 5.26.30 or 2026.08.1',
  };
}

/** What a tag of Neo4j's own repository says against the rest of the spec. */
function officialProblems(
  { edition, image }: ClusterSpec,
  tag: string,
  told: string | undefined,
): readonly FieldError[] {
  const problems: FieldError[] = [];
  const isEnterprise = tag.split('-').includes('enterprise');
  if (isEnterprise !== (edition === 'enterprise')) {
    problems.push({
      field: 'spec.image.tag',
      reason: 'Invalid',
      value: image.tag,
      message: `is an image of Neo4j ${isEnterprise ? 'Enterprise' : 'Community'} Edition, and the edition is ${edition}`,
      remedy:
        told === undefined
          ? `use a tag of the ${edition} edition`
          : `write ${told}, which gets the suffix of the edition`,
    });
  }
  if (told !== undefined && image.version !== undefined && image.version !== told) {
    problems.push({
      field: 'spec.image.version',
      reason: 'Invalid',
      value: image.version,
      message: `is another version than that of the tag, ${told}`,
      remedy: 'leave it out, since the tag says it',
    });
  }
  return problems;
}

function failed(problem: FieldError): FoundImage {
  return { ok: false, problems: [problem] };
}
