/** Suffixes of a Kubernetes quantity: kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity */
const FACTOR: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `500m`, `1.5Gi`, `2e3` as a number, good enough to compare; undefined when it is no quantity. */
export function parseQuantity(text: string): number | undefined {
  const [, digits = '', suffix = ''] =
    /^(\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?)([a-zA-Z]{0,2})$/.exec(text) ?? [];
  const factor = Object.hasOwn(FACTOR, suffix) ? FACTOR[suffix] : undefined;
  return digits === '' || factor === undefined ? undefined : Number.parseFloat(digits) * factor;
}
