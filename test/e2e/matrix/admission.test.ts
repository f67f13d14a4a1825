import { runScenarios } from '../run-scenario.ts';
import { ADMISSION } from '../scenarios/admission.ts';

runScenarios(ADMISSION);
