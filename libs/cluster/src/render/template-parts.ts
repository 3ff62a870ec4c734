// What of a template has changed. What the API server has made of it would not compare: it fills in defaults.
import { formatParts, hashParts, parseParts, type PartHashes } from './hash.ts';
import { annotations } from '@neo4j-operator/cluster-access';
import type { Container, PodTemplate, StatefulSet } from '../model/resources.ts';
import { licenceVariable, neo4jContainer, versionLabel, withConfigMap } from './pod-template.ts';

/** The parts of a template: those that follow from one field of the spec, and the rest. */
export type TemplatePart = 'env' | 'image' | 'licence' | 'pullPolicy' | 'pullSecrets' | 'resources' | 'rest';

/** The hashes of a template as it was rendered. The name of the ConfigMap does not count. */
export function templateHashes(template: PodTemplate): PartHashes<TemplatePart> {
  return hashParts<TemplatePart>(partsOf(template));
}

/** The value of the annotation. */
export function formatTemplateHashes(template: PodTemplate): string {
  return formatParts(templateHashes(template));
}

/**
 * The parts in which the template of a StatefulSet was rendered otherwise than `wanted`. Where nobody has noted how it was rendered, all
 * but the name of the ConfigMap counts as changed: such a template is left alone.
 */
export function changedParts(statefulSet: StatefulSet, wanted: PodTemplate): readonly TemplatePart[] {
  const recorded = parseParts(statefulSet.metadata.annotations?.[annotations.templateHash]);
  const hashes = templateHashes(wanted);
  return [...hashes].filter(([part, hash]) => recorded?.get(part) !== hash).map(([part]) => part);
}

function partsOf(template: PodTemplate): Readonly<Record<TemplatePart, object>> {
  const { containers, imagePullSecrets = [], ...spec } = withConfigMap(template, '').spec;
  const [container] = containers.filter(({ name }) => name === neo4jContainer);
  const { [versionLabel]: version = '', ...labels } = template.metadata.labels;
  const { image = '', imagePullPolicy = '', env = [], resources = {}, ...other } = container ?? noContainer;
  const licence = env.filter(({ name }) => name === licenceVariable);
  const operators = env.filter(({ name }) => name.startsWith('NEO4J_') && name !== licenceVariable);
  return {
    env: env.filter(({ name }) => !name.startsWith('NEO4J_')),
    image: [image, version],
    licence,
    pullPolicy: [imagePullPolicy],
    pullSecrets: imagePullSecrets as object,
    resources,
    rest: { ...template.metadata, labels, spec, operators, container: other },
  };
}

const noContainer: Partial<Container> = {};
