// The words of a filter expression, each with its place in the text.

const TOKEN = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|`([^`]+)`|([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*)|(\*\*|\/\/|==|!=|<=|>=|[-+*\/%<>()[\]{},]))/uy;
const WORDS = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else']);

/** What is wrong with an expression, and where in its text: from `at` to before `end`. */
class Mistake extends Error {
  constructor(message, { at, end }) {
    super(message);
    Object.assign(this, { at, end });
  }
}

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    const begin = at + text.slice(at).search(/\S/);
    if (!match) throw new Mistake(`can't read ${JSON.stringify(shorten(text.slice(at).trim(), 20))}`, { at: begin, end });
    const [, numeral, string, quoted, word, mark] = match;
    const place = { at: begin, end: TOKEN.lastIndex };
    if (numeral !== undefined) found.push({ kind: 'number', value: Number(numeral), ...place });
    else if (string !== undefined) found.push({ kind: 'string', value: unescaped(string.slice(1, -1)), ...place });
    else if (quoted !== undefined) found.push({ kind: 'name', value: quoted, ...place });
    else if (word !== undefined) found.push({ kind: WORDS.has(word) ? 'mark' : 'name', value: word, ...place });
    else found.push({ kind: 'mark', value: mark, ...place });
  }
  return found;
}

const unescaped = (text) =>
  text.replace(/\\(.)/gs, (_, letter) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter);
