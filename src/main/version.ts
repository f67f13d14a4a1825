declare const TESTCAR_GATE_VERSION: string | undefined;

/** Stamped by the bundler from package.json; running from source has no version of its own. */
export const gateVersion = typeof TESTCAR_GATE_VERSION === 'string' ? TESTCAR_GATE_VERSION : '0.0.0';
