import { runScenarios } from '../run-scenario.ts';
import { AROUND } from '../scenarios/around.ts';

runScenarios(AROUND);
