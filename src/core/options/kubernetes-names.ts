// Forms of https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and of the API's validation.
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const IMAGE = /^[a-z0-9][\w.:/-]*(?:@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?$/i;

/** RFC 1123 label: namespaces, containers. */
export function isDnsLabel(text: string): boolean {
  return DNS_LABEL.test(text);
}

/** RFC 1123 subdomain: most objects. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && DNS_SUBDOMAIN.test(text);
}

export function isEnvName(text: string): boolean {
  return ENV_NAME.test(text);
}

/** Whether it has the form of an image reference; the registry decides about the rest. */
export function isImageReference(text: string): boolean {
  return IMAGE.test(text);
}
