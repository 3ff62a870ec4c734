export { type KeyPair } from './certificates.ts';
export { type ApiServer, type ListenOptions, listen } from './listen.ts';
export { type ServerAddress, type ServerUser } from './users.ts';
