import { runScenarios } from '../run-scenario.ts';
import { SUT_START } from '../scenarios/sut-start.ts';

runScenarios(SUT_START);
