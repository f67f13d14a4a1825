import { runScenarios } from '../run-scenario.ts';
import { BESIDE_TESTCAR, GRACES, INJECTED } from '../scenarios/injected.ts';

runScenarios(INJECTED);
runScenarios(BESIDE_TESTCAR);
runScenarios(GRACES);
