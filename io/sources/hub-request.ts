/** One request to a Hugging Face hub, tried again while another try may help. */
import { setTimeout as delay } from 'node:timers/promises';
import { OminusError } from '../../core/errors.js';
import { briefly } from './download.js';

/** Retries and time limits. */
export interface HubOptions {
  /** Tries in all. */
  readonly attempts?: number;
  /** Milliseconds until an answer must begin; bodies have no limit of their own. */
  readonly answerMs?: number;
}

interface HubRequest extends HubOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly token: string | undefined;
}

const ATTEMPTS = 5;
const ANSWER_MS = 30_000;
const FIRST_DELAY_MS = 200;

/**
 * GETs a path of the hub. The token goes to the hub's own origin only: `fetch` drops the header on a redirect to
 * another one (downloads are redirected to a content network).
 *
 * @throws OminusError `FILE_NOT_FOUND` (404), `FILE_UNREADABLE` (401, 403), `SOURCE_CHANGED` (416), `HUB_UNREACHABLE`; never
 *   with the token
 */
export async function hubGet(endpoint: string, path: string, request: HubRequest): Promise<Response> {
  const attempts = request.attempts ?? ATTEMPTS;
  const url = `${endpoint}${path}`;
  let problem = '';
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) {
      await delay(FIRST_DELAY_MS * 2 ** attempt * Math.random());
    }
    const answered = new AbortController();
    const timer = setTimeout(() => {
      answered.abort();
    }, request.answerMs ?? ANSWER_MS);
    try {
      const answer = await fetch(url, {
        headers: { ...request.headers, ...(request.token ? { authorization: `Bearer ${request.token}` } : {}) },
        signal: answered.signal,
      });
      if (answer.ok) {
        return answer;
      }
      await answer.body?.cancel();
      problem = `HTTP ${String(answer.status)}`;
      if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
        throw refused(url, answer.status, request.token !== undefined);
      }
    } catch (error) {
      if (error instanceof OminusError) {
        throw error;
      }
      problem = answered.signal.aborted ? 'no answer in time' : briefly(error);
    } finally {
      clearTimeout(timer);
    }
  }
  throw new OminusError('HUB_UNREACHABLE', {
    message: `the hub cannot be reached [url=${url}]: ${problem}`,
    hint: 'Check the network and HF_ENDPOINT, or name a folder on this machine instead.',
  });
}

function refused(url: string, status: number, hasToken: boolean): OminusError {
  if (status === 416) {
    return new OminusError('SOURCE_CHANGED', {
      message: `a file on the hub is shorter than its listing says [url=${url}]`,
      hint: 'Run the same command again; if the problem persists, the file changed at its source.',
    });
  }
  return status === 401 || status === 403
    ? new OminusError('FILE_UNREADABLE', {
        message: `the hub refuses access [url=${url}]: HTTP ${String(status)}`,
        hint: hasToken
          ? 'Check that the token in HF_TOKEN may read this repository, and that its name is right.'
          : 'Check the name of the repository; if it is private or gated, set HF_TOKEN.',
      })
    : new OminusError('FILE_NOT_FOUND', {
        message: `not found on the hub [url=${url}]: HTTP ${String(status)}`,
        hint: 'Check the names of owner, repository and revision.',
      });
}
