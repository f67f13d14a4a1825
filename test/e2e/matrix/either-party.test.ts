import { runScenarios } from '../run-scenario.ts';
import { EITHER_PARTY } from '../scenarios/either-party.ts';

runScenarios(EITHER_PARTY);
