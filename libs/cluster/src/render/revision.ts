/**
 * Defaults of this version of the operator. Only a new version changes them, so what differs by them alone never restarts a server by
 * itself: it is reported, and reaches a server at its next restart.
 */
export interface RenderRevision {
  /** Settings that are rendered unless the user says otherwise. */
  readonly settings: Readonly<Record<string, string>>;
}

export const renderRevision: RenderRevision = {
  settings: {
    'db.logs.query.enabled': 'INFO',
    'db.logs.query.threshold': '5s',
    'server.logs.gc.enabled': 'false',
  },
};
