// The form that takes the token.

import { logIn, session } from './page-api.js';
import { h, put } from './page-dom.js';
import { go, title } from './page-router.js';
import { t } from './page-words.js';

/// Where to go afterwards: an address of ours and nothing else.
function destination(url) {
  const next = url.searchParams.get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/';
}

/// The view. `onLogin` is called when somebody has come in.
export const loginView = (onLogin) => (root, url) => {
  if (session.authenticated) { go(destination(url), { replaces: true }); return; }
  title(t('login.title'));
  const field = h('input', {
    type: 'password', id: 'token', name: 'token', autocomplete: 'current-password', required: true,
    spellcheck: 'false', autocapitalize: 'off', 'aria-describedby': 'login-says',
  });
  const button = h('button.first', { type: 'submit' }, t('login.enter'));
  const says = h('p.says', { id: 'login-says', role: 'alert' });
  put(root, h('form.login', { onsubmit: submit },
    h('img', { src: '/icon.svg', alt: '', width: 40, height: 40 }),
    h('h1', { tabindex: -1 }, t('login.title')),
    url.searchParams.has('ended') ? h('p.hint', t('login.ended')) : h('p.dim', t('login.what')),
    // Password managers want a name to go with it.
    h('input', { type: 'text', name: 'username', autocomplete: 'username', value: 'wxpush', hidden: true }),
    h('label', { for: 'token' }, t('login.token')), field, says, button));
  field.focus();

  async function submit(event) {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    put(button, t('login.asking'));
    put(says);
    try {
      // A token that was copied may have brought a line break along.
      await logIn(field.value.trim());
      onLogin();
      go(destination(url), { replaces: true });
    } catch (error) {
      put(says, error.sentence ?? error.message);
      field.setAttribute('aria-invalid', 'true');
      if (error.status === 429 && error.retryAfter > 0) await countDown(Math.ceil(error.retryAfter));
      button.disabled = false;
      put(button, t('login.enter'));
      field.focus();
      field.select();
    }
  }

  async function countDown(seconds) {
    for (let left = seconds; left > 0 && root.isConnected; left -= 1) {
      put(button, t('login.wait', { seconds: left }));
      await new Promise((resume) => setTimeout(resume, 1000));
    }
    put(says);
  }
};
