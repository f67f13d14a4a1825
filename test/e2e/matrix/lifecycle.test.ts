import { runScenarios } from '../run-scenario.ts';
import { LIFECYCLE } from '../scenarios/lifecycle.ts';

runScenarios(LIFECYCLE);
