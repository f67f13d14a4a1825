import { runScenarios } from '../run-scenario.ts';
import { UNDER_TEST } from '../scenarios/under-test.ts';

runScenarios(UNDER_TEST);
