import { runScenarios } from '../run-scenario.ts';
import { SUT_GUARDRAILS } from '../scenarios/sut-guardrails.ts';

runScenarios(SUT_GUARDRAILS);
