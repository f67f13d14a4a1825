import { runScenarios } from '../run-scenario.ts';
import { API_CUT } from '../scenarios/api-cut.ts';

runScenarios(API_CUT);
