import type { Result } from '../../core/model/api-error.ts';
import type { LogSource, Logs } from '../../ports.ts';
import { apiError, oneLine } from './api-error.ts';
import { Following, named, podPath } from './log-following.ts';
import { LOG_LIMITS, type LogLimits } from './log-patience.ts';
import { HEAD_BYTES, firstStamp, stampMs } from './log-stamp.ts';
import type { Api } from './request.ts';

export { LOG_LIMITS, type LogLimits } from './log-patience.ts';

/** The kubelet writes this into the body of an answer with status 200 when the runtime has lost the container. */
const LOST_LOG = 'unable to retrieve container logs for';

export function kubernetesLogs(api: Api, limits: LogLimits = LOG_LIMITS): Logs {
  return {
    follow: (source, take, signal) => new Following(api, source, take, signal, limits).run(),

    async read({ previous, tailLines, ...source }) {
      const query = {
        container: source.container,
        previous: previous === true ? 'true' : undefined,
        tailLines: tailLines === undefined ? undefined : String(tailLines),
      };
      return read(api, source, query, limits.maxReadBytes);
    },

    async beginsAtMs(source) {
      const query = { container: source.container, timestamps: 'true', limitBytes: String(HEAD_BYTES) };
      const answer = await read(api, source, query, 2 * HEAD_BYTES);
      if (!answer.ok) return answer;
      if (answer.value === '') return { ok: true, value: undefined };
      const stamp = firstStamp(answer.value);
      if (stamp !== undefined) return { ok: true, value: stampMs(stamp) };
      const message = `the log of ${named(source)} begins without a time stamp: ${oneLine(answer.value)}`;
      return { ok: false, error: apiError('server-error', message, { httpStatus: 200 }) };
    },
  };
}

async function read(
  api: Api,
  source: LogSource,
  query: Readonly<Record<string, string | undefined>>,
  maxBytes: number,
): Promise<Result<string>> {
  const doing = `reading the log of ${named(source)}`;
  const call = { method: 'GET', path: `${podPath(source)}/log`, query, doing, repeatable: true } as const;
  const answer = await api.text(call, maxBytes);
  if (!answer.ok || !answer.value.startsWith(LOST_LOG)) return answer;
  return {
    ok: false,
    error: apiError('server-error', `${doing}: the node has lost it: ${answer.value}`, { httpStatus: 200 }),
  };
}
