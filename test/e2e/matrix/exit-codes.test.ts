import { runScenarios } from '../run-scenario.ts';
import { EXIT_CODES } from '../scenarios/exit-codes.ts';

runScenarios(EXIT_CODES);
