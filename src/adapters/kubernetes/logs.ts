import type { Logs } from '../../ports.ts';
import { apiError } from './api-error.ts';
import { Following, named, podPath } from './log-following.ts';
import { LOG_LIMITS, type LogLimits } from './log-patience.ts';
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
      const doing = `reading the log of ${named(source)}`;
      const call = { method: 'GET', path: `${podPath(source)}/log`, query, doing, repeatable: true } as const;
      const answer = await api.text(call, limits.maxReadBytes);
      if (!answer.ok || !answer.value.startsWith(LOST_LOG)) return answer;
      return {
        ok: false,
        error: apiError('server-error', `${doing}: the node has lost it: ${answer.value}`, { httpStatus: 200 }),
      };
    },
  };
}
