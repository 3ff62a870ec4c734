export {
  type AccessAttributes,
  type Authorizer,
  type Decision,
  createAuthorizer,
  forbidden,
} from './authorizer.ts';
export { bootstrapAccess } from './bootstrap.ts';
export { type ReviewContext, type ReviewResource, answerReview } from './reviews.ts';
export { type PolicyRule } from './rules.ts';
export { type Credentials, authenticate, impersonated, userOf } from './users.ts';
