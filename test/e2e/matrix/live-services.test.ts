import { runScenarios } from '../run-scenario.ts';
import { LIVE_SERVICES } from '../scenarios/live-services.ts';

runScenarios(LIVE_SERVICES);
