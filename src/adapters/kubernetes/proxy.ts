import { BlockList, isIP } from 'node:net';
import type { Env } from './kubeconfig.ts';

/**
 * The proxy that the environment names for `server`, by the rules of Go's net/http, hence of kubectl:
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config. client-node knows only the kubeconfig's `proxy-url`.
 */
export function proxyFromEnv(server: URL, env: Env): string | undefined {
  const names = server.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const proxy = firstSet(env, names);
  if (proxy === undefined) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || isLoopback(host)) return undefined;
  const excepted = (firstSet(env, ['NO_PROXY', 'no_proxy']) ?? '').split(',').map((entry) => entry.trim());
  if (excepted.some((entry) => entry !== '' && excepts(entry, host, server.port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function firstSet(env: Env, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}

function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** `*`, an address, a network in CIDR notation, a domain (and what is below it), each with an optional port. */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inNetwork(entry, host);
  const withPort = /^(.*[^:]):(\d+)$/.exec(entry);
  const name = (withPort?.[1] ?? entry).toLowerCase();
  if (withPort !== null && withPort[2] !== (port === '' ? '443' : port)) return false;
  const domain = name.replace(/^\*?\./, '');
  return host === name || host.endsWith(`.${domain}`);
}

function inNetwork(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const version = isIP(host);
  if (version === 0 || isIP(network) !== version || !/^\d{1,3}$/.test(bits)) return false;
  const prefix = Number.parseInt(bits, 10);
  if (prefix > (version === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const family = version === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, prefix, family);
  return list.check(host, family);
}
