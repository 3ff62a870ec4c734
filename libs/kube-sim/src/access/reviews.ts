// Questions about access, which are asked by creating an object that is answered and never stored.
import { ApiFailure, type FieldCause, badRequest } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { UserInfo } from '../api/request.ts';
import type { AccessAttributes, Authorizer } from './authorizer.ts';

/** The kinds of question, by resource: `selfsubjectreviews` is of `authentication.k8s.io`, the others of `authorization.k8s.io`. */
export type ReviewResource =
  | 'selfsubjectreviews'
  | 'selfsubjectaccessreviews'
  | 'subjectaccessreviews'
  | 'localsubjectaccessreviews'
  | 'selfsubjectrulesreviews';

/** What an answer depends on. */
export interface ReviewContext {
  readonly user: UserInfo;
  /** Of the path. */
  readonly namespace: string | undefined;
  readonly authorizer: Authorizer;
  readonly nowMs: number;
}

interface ReviewSpec {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly resourceAttributes?: {
    readonly namespace?: string;
    readonly verb?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
}

/**
 * Answers a question: the object with its `status`.
 *
 * @throws ApiFailure 422 or 400 for a question that is none
 */
export function answerReview(resource: ReviewResource, asked: SimObject, context: ReviewContext): SimObject {
  const { user, authorizer, nowMs } = context;
  const { name, ...metadata } = asked.metadata;
  // A question has no name, unless its sender has given it one.
  const question: SimObject = {
    ...asked,
    metadata: (name === '' ? metadata : asked.metadata) as SimObject['metadata'],
  };
  const spec = (question['spec'] ?? {}) as ReviewSpec;
  switch (resource) {
    case 'selfsubjectreviews': {
      const creationTimestamp = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
      const { name: username, uid, groups } = user;
      const userInfo = { username, ...(uid === undefined ? {} : { uid }), groups };
      return { ...question, metadata: { ...question.metadata, creationTimestamp }, status: { userInfo } };
    }
    case 'selfsubjectrulesreviews': {
      if ((spec.namespace ?? '') === '') throw badRequest('no namespace on request');
      const rules = authorizer.rulesOf(user, spec.namespace ?? '');
      const resourceRules = rules.filter(({ resources }) => resources !== undefined);
      const nonResourceRules = rules.filter(({ nonResourceURLs }) => nonResourceURLs !== undefined);
      return { ...question, spec: {}, status: { resourceRules, nonResourceRules, incomplete: false } };
    }
    case 'selfsubjectaccessreviews':
      return decided(question, attributesOf(spec, user, []), authorizer);
    case 'subjectaccessreviews':
    case 'localsubjectaccessreviews': {
      const causes: FieldCause[] = [];
      const { user: name = '', groups = [], resourceAttributes } = spec;
      if (name === '' && groups.length === 0) {
        causes.push(invalidField('spec.user', '""', 'at least one of user or group must be specified'));
      }
      const asked = resourceAttributes?.namespace ?? '';
      if (resource === 'localsubjectaccessreviews' && asked !== context.namespace) {
        const field = 'spec.resourceAttributes.namespace';
        causes.push(invalidField(field, JSON.stringify(asked), 'must match metadata.namespace'));
      }
      return decided(question, attributesOf(spec, { name, groups }, causes), authorizer);
    }
  }
}

function decided(question: SimObject, attributes: AccessAttributes, authorizer: Authorizer): SimObject {
  const { allowed, reason } = authorizer.decide(attributes);
  return { ...question, status: { allowed, ...(reason === '' ? {} : { reason }) } };
}

function attributesOf(spec: ReviewSpec, user: UserInfo, wrong: readonly FieldCause[]): AccessAttributes {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const causes = [...wrong];
  if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined)) {
    const { path: Path, verb: Verb } = nonResourceAttributes ?? {};
    const value = nonResourceAttributes === undefined ? 'null' : JSON.stringify({ Path, Verb });
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    causes.unshift(invalidField('spec', value, why));
  }
  if (causes.length > 0) throw invalidReview(causes);
  if (resourceAttributes === undefined) {
    const { path = '', verb = '' } = nonResourceAttributes ?? {};
    return { user, verb, path };
  }
  const { group = '', resource: plural = '', verb = '', ...rest } = resourceAttributes;
  return { user, verb, path: '', resource: { group, plural, ...rest } };
}

function invalidField(field: string, value: string, why: string): FieldCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${why}`, field };
}

/** These questions have no kind in what is wrong with them. */
function invalidReview(causes: readonly FieldCause[]): ApiFailure {
  const words = causes.map(({ field = '', message }) => `${field}: ${message}`);
  const said = words.length === 1 ? (words[0] ?? '') : `[${words.join(', ')}]`;
  const group = 'authorization.k8s.io';
  return new ApiFailure(422, 'Invalid', `.${group} "" is invalid: ${said}`, { group, causes });
}
