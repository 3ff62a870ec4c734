// Subresources and resources that are answered in a way of their own.
import { answerReview, type Authorizer } from '../access/index.ts';
import type { ReviewResource } from '../access/reviews.ts';
import { updateManagedFields } from '../apply/manage.ts';
import type { ApiAnswer } from '../api/request.ts';
import { jsonAnswer, methodNotAllowed } from './answers.ts';
import { bindPod } from './binding.ts';
import type { Call, Extension } from './core.ts';
import { finalizeNamespace } from './namespaces.ts';
import { writeOptions } from './options.ts';
import { readObject } from './read-object.ts';

/** By `resource/subresource.group`. */
export function builtinExtensions(authorizer: Authorizer): readonly (readonly [string, Extension])[] {
  const review =
    (resource: ReviewResource): Extension =>
    (call) =>
      answer(call, resource, authorizer);
  return [
    ['pods/binding', bindPod],
    ['namespaces/finalize', finalizeNamespace],
    ['selfsubjectreviews.authentication.k8s.io', review('selfsubjectreviews')],
    ['selfsubjectaccessreviews.authorization.k8s.io', review('selfsubjectaccessreviews')],
    ['subjectaccessreviews.authorization.k8s.io', review('subjectaccessreviews')],
    ['localsubjectaccessreviews.authorization.k8s.io', review('localsubjectaccessreviews')],
    ['selfsubjectrulesreviews.authorization.k8s.io', review('selfsubjectrulesreviews')],
  ];
}

function answer(call: Call, resource: ReviewResource, authorizer: Authorizer): ApiAnswer {
  const { core, request, namespace, definition } = call;
  if (request.method !== 'POST') throw methodNotAllowed();
  const question = readObject(call);
  const { manager } = writeOptions(request, 'CreateOptions');
  updateManagedFields({ definition, old: undefined, next: question, manager, time: core.timestamp() });
  const context = { user: request.user, namespace, authorizer, nowMs: core.clock.now() };
  return jsonAnswer(201, JSON.stringify(answerReview(resource, question, context)), call.warnings);
}
