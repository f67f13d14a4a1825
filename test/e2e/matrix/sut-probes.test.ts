import { runScenarios } from '../run-scenario.ts';
import { SUT_DEPLOYMENT, SUT_PROBES } from '../scenarios/sut-probes.ts';

runScenarios(SUT_PROBES);
runScenarios(SUT_DEPLOYMENT);
