export type {
  DatabaseObservation,
  Observation,
  PoolName,
  PoolObservation,
  Sample,
  SampleSource,
  ServerObservation,
  ServerState,
  WebhookAnswer,
} from './observation.ts';
