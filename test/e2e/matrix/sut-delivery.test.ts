import { runScenarios } from '../run-scenario.ts';
import { SUT_DELIVERY } from '../scenarios/sut-delivery.ts';

runScenarios(SUT_DELIVERY);
