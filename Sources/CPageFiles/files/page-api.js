// Asks the API; every refusal becomes an error with a code.

import { written } from './page-json.js';
import { t, has } from './page-words.js';

/// What the API, or the way to it, has said no with.
export class Refusal extends Error {
  constructor(status, code, message, retryAfter) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /// One sentence for people, in their language.
  get sentence() {
    const key = `error.${this.code}`;
    return has(key) ? t(key, { seconds: Math.ceil(this.retryAfter ?? 0) }) : this.message;
  }

  /// What the server has said besides; null if the sentence says it all.
  get detail() {
    return this.message && this.message !== this.sentence ? this.message : null;
  }
}

/// Who is logged in, and to what.
export let session = { authenticated: false, needs_token: true };
let onEnd = () => {};

/// Sets what happens when the API no longer knows the session.
export function whenSessionEnds(action) { onEnd = action; }

/// Asks who is logged in.
export async function loadSession() {
  session = await ask('GET', '/api/session');
  return session;
}

/// Logs in with the token.
export async function logIn(token) {
  session = await ask('POST', '/api/session', { token });
  return session;
}

/// Logs out.
export async function logOut() {
  await ask('DELETE', '/api/session');
  session = { authenticated: false, needs_token: true };
}

/// Reads from the API.
export const get = (path, signal) => guarded('GET', path, undefined, signal);

/// Asks the API to do something.
export const post = (path, body, signal) => guarded('POST', path, body, signal);

/// Reads something that is to be saved as a file: its bytes, all of them, and its name.
export async function download(path) {
  const answer = await send('GET', path);
  if (!answer.ok) throw await refusal(answer);
  const name = /filename="?([\w.-]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  try {
    return { blob: await answer.blob(), name: name ?? 'dead-letters.jsonl' };
  } catch {
    throw new Refusal(0, 'offline', t('error.offline'));
  }
}

async function guarded(method, path, body, signal, isSecondTry = false) {
  try {
    return await ask(method, path, body, signal);
  } catch (error) {
    if (error.code === 'csrf' && !isSecondTry) {
      // The server has been started again, or somebody has logged in elsewhere in this browser.
      await loadSession();
      return guarded(method, path, body, signal, true);
    }
    if (error.status === 401) onEnd();
    throw error;
  }
}

async function ask(method, path, body, signal) {
  const answer = await send(method, path, body, signal);
  if (!answer.ok) throw await refusal(answer);
  if (answer.status === 204) return null;
  try {
    return await answer.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal(answer.status, 'offline', t('error.offline'));
  }
}

async function send(method, path, body, signal) {
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') {
    headers['Content-Type'] = 'application/json';
    if (session.csrf) headers['X-Wxpush-CSRF'] = session.csrf;
  }
  try {
    return await fetch(path, {
      method, headers, signal, cache: 'no-store', credentials: 'same-origin',
      body: body === undefined ? undefined : written(body),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal(0, 'offline', t('error.offline'));
  }
}

async function refusal(answer) {
  let error = {};
  try { error = (await answer.json()).error ?? {}; } catch { /* Somebody in between has answered. */ }
  const wait = error.retry_after ?? Number(answer.headers.get('retry-after') ?? 0);
  return new Refusal(answer.status, error.code ?? 'status', error.message ?? `HTTP ${answer.status}`, wait);
}
