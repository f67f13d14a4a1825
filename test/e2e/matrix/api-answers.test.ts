import { runScenarios } from '../run-scenario.ts';
import { API_ANSWERS } from '../scenarios/api-answers.ts';

runScenarios(API_ANSWERS);
