// The query of dead letters: the same terms in the filter, in the address and on the command line.

/// The keys a term may have, in the order of the help.
export const KEYS = ['reason', 'errcode', 'app', 'kind', 'template', 'to', 'id', 'age', 'attempts', 'text', 'key'];

/// A term: `{ key, isNot, value }`.
export const spelling = (term) => `${term.key}${term.isNot ? '!=' : '='}${quoted(term.value)}`;

const quoted = (value) => (/[\s"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

function readWord(word) {
  const sign = word.indexOf('=');
  if (word.startsWith('@')) return { key: 'key', isNot: false, value: word.slice(1) };
  return sign < 0 ? { key: 'id', isNot: false, value: word } : readPair(word.slice(0, sign), word.slice(sign + 1));
}

const readPair = (name, value) => ({ key: name.replace(/!$/, ''), isNot: name.endsWith('!'), value });

/// Reads what somebody has typed. A value with blanks stands in quotes; a bare word is an id, `@…` a key.
export function readTyped(text) {
  const words = text.match(/(?:[^\s"]|"(?:[^"]|"")*"?)+/g) ?? [];
  return words
    .map((word) => readWord(word.replace(/"((?:[^"]|"")*)"?/g, (_, inner) => inner.replaceAll('""', '"'))));
}

/// Reads an address, except what means something else there; a bare word means the same as where somebody types it.
export function readAddress(search, others = ['limit', 'order']) {
  return search.replace(/^\?/, '').split('&').flatMap((piece) => {
    // One piece alone has one name and one value, or none where nothing stands.
    const [[name, value] = []] = new URLSearchParams(piece);
    if (name === undefined || others.includes(name)) return [];
    return piece.includes('=') ? readPair(name, value) : readWord(name);
  });
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
