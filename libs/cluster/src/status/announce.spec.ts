import { describe, expect, it } from '@jest/globals';
import { announce } from './announce.ts';

describe('announce', () => {
  it.each([
    ['Ready', 'True', 'Available', 'Normal'],
    ['Formed', 'True', 'ClusterFormed', 'Normal'],
    ['Stalled', 'True', 'LicenseNotAccepted', 'Warning'],
    ['ScaleIn', 'True', 'ScaleInNotAvailable', 'Warning'],
    ['RestartRequired', 'True', 'SpecChanged', 'Warning'],
    ['RestartPending', 'True', 'OperatorUpgrade', undefined],
    ['Ready', 'False', 'Forming', undefined],
    ['Stalled', 'False', 'NotStalled', undefined],
    ['Reconciling', 'True', 'PodMissing', undefined],
  ] as const)('%s=%s %s: %s', (type, status, reason, expected) => {
    expect(announce({ type, status, reason, message: '', lastTransitionTime: '' })).toBe(expected);
  });
});
