import { runScenarios } from '../run-scenario.ts';
import { TESTCAR } from '../scenarios/testcar.ts';

runScenarios(TESTCAR);
