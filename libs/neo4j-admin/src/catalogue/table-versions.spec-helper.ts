import { versionOf } from './version.ts';

/** The versions that tables over all builders and capabilities are about: each differs from the one before. */
export const tableVersions = [
  '5.26.0',
  '5.26.30',
  '2025.01.0',
  '2025.04.0',
  '2025.06.0',
  '2025.09.0',
  '2025.12.0',
  '2026.03.1',
  '2026.08.1',
].map(versionOf);
