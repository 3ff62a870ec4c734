import { expect, it } from '@jest/globals';
import { findSetting, settingNames } from '../../../libs/neo4j-admin/src/catalogue/index.ts';
import { isDynamicSetting } from '../../../libs/neo4j-sim/src/execute/settings.ts';

it('every setting that the operator sets on running servers can be set on a simulated one', () => {
  const live = settingNames.filter((name) => findSetting(name)?.dynamic === true);
  expect(live.length).toBeGreaterThan(50);
  expect(live.filter((name) => !isDynamicSetting(name))).toEqual([]);
});
