import { runScenarios } from '../run-scenario.ts';
import { DISRUPTION } from '../scenarios/disruption.ts';

runScenarios(DISRUPTION);
