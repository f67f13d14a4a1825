import { runScenarios } from '../run-scenario.ts';
import { INPUT } from '../scenarios/input.ts';

runScenarios(INPUT);
