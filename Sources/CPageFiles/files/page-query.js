// The query of dead letters: the same terms in the filter, in the address and on the command line.

/// The keys a term may have, in the order of the help.
export const KEYS = ['reason', 'errcode', 'app', 'kind', 'template', 'to', 'id', 'age', 'attempts', 'text', 'key'];

/// A term: `{ key, isNot, value }`.
export const spelling = (term) => `${term.key}${term.isNot ? '!=' : '='}${quoted(term.value)}`;

const quoted = (value) => (/[\s"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/// Reads what somebody has typed. A value with blanks stands in quotes; a bare word is an id, `@…` a key.
export function readTyped(text) {
  const terms = [];
  const words = text.match(/(?:[^\s"]|"(?:[^"]|"")*"?)+/g) ?? [];
  for (const word of words) {
    const bare = word.replace(/"((?:[^"]|"")*)"?/g, (_, inner) => inner.replaceAll('""', '"'));
    const sign = bare.indexOf('=');
    if (bare.startsWith('@')) terms.push({ key: 'key', isNot: false, value: bare.slice(1) });
    else if (sign < 0) terms.push({ key: 'id', isNot: false, value: bare });
    else {
      const name = bare.slice(0, sign);
      terms.push({ key: name.replace(/!$/, ''), isNot: name.endsWith('!'), value: bare.slice(sign + 1) });
    }
  }
  return terms;
}

/// Reads an address, except what means something else there.
export function readAddress(search, others = ['limit', 'order']) {
  return [...new URLSearchParams(search)]
    .filter(([name]) => !others.includes(name))
    .map(([name, value]) => ({ key: name.replace(/!$/, ''), isNot: name.endsWith('!'), value }));
}

/// The terms as they stand in an address.
export const toAddress = (terms) => terms
  .map(({ key, isNot, value }) => `${encodeURIComponent(key)}${isNot ? '!' : ''}=${encodeURIComponent(value)}`)
  .join('&');

/// A value as a pattern that it alone fits.
export const exactly = (value) => String(value).replace(/[\\*?]/g, '\\$&');

/// The terms as somebody would type them.
export const toTyped = (terms) => terms.map(spelling).join(' ');

/// The terms with one more, once; a second age takes the place of the first.
export function adding(terms, term) {
  const isOther = (other) => spelling(other) !== spelling(term) && (term.key !== 'age' || other.key !== 'age');
  const rest = terms.filter(isOther);
  return [...rest, term];
}

/// Where a letter is shown: its address is an id, or `@` and its key, which stands on one letter only.
export const letterAddressOf = (address) => `/dead/letter?address=${encodeURIComponent(address)}`;
