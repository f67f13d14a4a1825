import { runScenarios } from '../run-scenario.ts';
import { DELIVERY } from '../scenarios/delivery.ts';

runScenarios(DELIVERY);
