// The table: everything that is done to both control planes.
import type { Scene } from '../scene.ts';
import { access } from './access.ts';
import { applying } from './applying.ts';
import { checking } from './checking.ts';
import { custom } from './custom.ts';
import { deleting } from './deleting.ts';
import { kinds } from './kinds.ts';
import { patching } from './patching.ts';
import { peculiarities } from './peculiarities.ts';
import { protocol } from './protocol.ts';
import { scaling } from './scaling.ts';
import { storing } from './storing.ts';
import { watching } from './watching.ts';

/** All scenes, each with a name of its own. */
export const scenes: readonly Scene[] = [
  ...storing,
  ...watching,
  ...patching,
  ...applying,
  ...deleting,
  ...checking,
  ...protocol,
  ...custom,
  ...peculiarities,
  ...scaling,
  ...kinds,
  ...access,
];
