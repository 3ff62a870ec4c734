import { describeLives } from './simulation-suite.spec-helper.ts';

describeLives(3);
