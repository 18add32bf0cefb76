// Filter expressions: the grammar of the configuration's `filter: where`, read by a small parser and walked.
// Names that are no identifiers stand in backquotes. A row that lacks a value that is asked for does not match.

const MISSING = Symbol('missing');
const CONSTANTS = new Map([['true', true], ['false', false], ['null', null], ['True', true], ['False', false], ['None', null]]);

/** What `compute` gives; if it can't, a Mistake at the token that asked for it. */
function computed(token, compute, ...args) {
  try {
    return compute(...args);
  } catch (problem) {
    throw problem === MISSING || problem instanceof Mistake ? problem : new Mistake(problem.message, token);
  }
}

const isNumber = (value) => typeof value === 'number' || typeof value === 'boolean';
const same = (a, b) =>
  (isNumber(a) && isNumber(b) ? Number(a) === Number(b) : a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b)));
const truth = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value) || Number.isNaN(value));

function number(value) {
  if (!isNumber(value)) throw new Error(`${textOf(value)} is no number`);
  return Number(value);
}

function finite(value) {
  if (Number.isNaN(value)) throw new Error('a number that does not exist');
  return value;
}

function divided(a, b) {
  if (number(b) === 0) throw new Error('a division by zero');
  return number(a) / number(b);
}

function order(a, b) {
  const comparable = (isNumber(a) && isNumber(b)) || (typeof a === 'string' && typeof b === 'string');
  if (!comparable) throw new Error(`${textOf(a)} and ${textOf(b)} have no order`);
  return a;
}

function contains(container, item) {
  if (Array.isArray(container)) return container.some((one) => same(one, item));
  if (typeof container === 'string' && typeof item === 'string') return container.includes(item);
  throw new Error(`'in' needs a list or a text behind it`);
}

function roundHalfEven(value, digits = 0) {
  const scaled = number(value) * 10 ** digits;
  const floor = Math.floor(scaled);
  const half = scaled - floor === 0.5;
  return (half ? floor + (floor % 2 ? 1 : 0) : Math.round(scaled)) / 10 ** digits;
}

const items = (args) => (args.length === 1 && Array.isArray(args[0]) ? args[0] : args).map(number);
const FUNCTIONS = new Map(Object.entries({
  abs: (x) => Math.abs(number(x)),
  bool: truth,
  ceil: (x) => Math.ceil(number(x)),
  exp: (x) => Math.exp(number(x)),
  float: (x) => finite(Number(x)),
  floor: (x) => Math.floor(number(x)),
  int: (x) => Math.trunc(finite(Number(x))),
  len: (x) => x.length,
  log: (x, base) => finite(base === undefined ? Math.log(number(x)) : Math.log(number(x)) / Math.log(number(base))),
  log10: (x) => finite(Math.log10(number(x))),
  log2: (x) => finite(Math.log2(number(x))),
  max: (...args) => Math.max(...items(args)),
  min: (...args) => Math.min(...items(args)),
  round: roundHalfEven,
  sqrt: (x) => finite(Math.sqrt(number(x))),
  str: textOf,
  sum: (list) => items([list]).reduce((a, b) => a + b, 0),
}));

const COMPARE = new Map([
  ['==', same],
  ['!=', (a, b) => !same(a, b)],
  ['<', (a, b) => order(a, b) < b],
  ['<=', (a, b) => order(a, b) <= b],
  ['>', (a, b) => order(a, b) > b],
  ['>=', (a, b) => order(a, b) >= b],
  ['in', (a, b) => contains(b, a)],
  ['not in', (a, b) => !contains(b, a)],
  ['is', same],
  ['is not', (a, b) => !same(a, b)],
]);
const ARITHMETIC = new Map([
  ['+', (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : number(a) + number(b))],
  ['-', (a, b) => number(a) - number(b)],
  ['*', (a, b) => number(a) * number(b)],
  ['/', divided],
  ['//', (a, b) => Math.floor(divided(a, b))],
  ['%', (a, b) => number(a) - number(b) * Math.floor(divided(a, b))],
]);

/** Recursive descent; each method gives a function from a row to a value. `columnOf` looks a name up. */
class Parser {
  constructor(text, columnOf) {
    this.tokens = tokens(text);
    this.end = { kind: 'end', at: text.trimEnd().length, end: text.trimEnd().length };
    this.columnOf = columnOf;
    this.at = 0;
    this.depth = 0;
  }

  parse() {
    const read = this.ternary();
    if (this.at < this.tokens.length) throw new Mistake(`unexpected ${this.shown(this.next)}`, this.next);
    return read;
  }

  get next() {
    return this.tokens[this.at] ?? this.end;
  }

  /** The token that was taken last. */
  get last() {
    return this.tokens[this.at - 1];
  }

  shown(token) {
    return token.kind === 'end' ? 'the end' : `'${shorten(String(token.value), 20)}'`;
  }

  is(...marks) {
    return this.next.kind === 'mark' && marks.includes(this.next.value);
  }

  take(...marks) {
    return this.is(...marks) ? this.tokens[this.at++].value : null;
  }

  expect(mark) {
    if (!this.take(mark)) throw new Mistake(`'${mark}' is missing before ${this.shown(this.next)}`, this.next);
  }

  ternary() {
    if (++this.depth > 100) throw new Mistake('nested too deep', this.next);
    const value = this.or();
    this.depth--;
    if (!this.take('if')) return value;
    const test = this.or();
    this.expect('else');
    const other = this.ternary();
    return (row) => (truth(test(row)) ? value(row) : other(row));
  }

  or() {
    const left = this.and();
    if (!this.take('or')) return left;
    const right = this.or();
    return (row) => { const a = left(row); return truth(a) ? a : right(row); };
  }

  and() {
    const left = this.not();
    if (!this.take('and')) return left;
    const right = this.and();
    return (row) => { const a = left(row); return truth(a) ? right(row) : a; };
  }

  not() {
    if (!this.take('not')) return this.comparison();
    const value = this.not();
    return (row) => !truth(value(row));
  }

  comparison() {
    const first = this.sum();
    const steps = [];
    for (let sign = this.comparator(); sign; sign = this.comparator()) steps.push([COMPARE.get(sign), this.last, this.sum()]);
    if (!steps.length) return first;
    return (row) => {
      let left = first(row);
      for (const [compare, token, next] of steps) {
        const right = next(row);
        if (!computed(token, compare, left, right)) return false;
        left = right;
      }
      return true;
    };
  }

  comparator() {
    const sign = this.take('==', '!=', '<', '<=', '>', '>=', 'in', 'is');
    if (sign === 'is' && this.take('not')) return 'is not';
    if (sign) return sign;
    if (!this.take('not')) return null;
    this.expect('in');
    return 'not in';
  }

  sum() {
    return this.chain(() => this.product(), '+', '-');
  }

  product() {
    return this.chain(() => this.unary(), '*', '/', '//', '%');
  }

  chain(part, ...signs) {
    let left = part();
    for (let sign = this.take(...signs); sign; sign = this.take(...signs)) {
      const [a, token, b, compute] = [left, this.last, part(), ARITHMETIC.get(sign)];
      left = (row) => computed(token, compute, a(row), b(row));
    }
    return left;
  }

  unary() {
    const sign = this.take('-', '+');
    if (!sign) return this.power();
    const token = this.last;
    const value = this.unary();
    return (row) => (sign === '-' ? -1 : 1) * computed(token, number, value(row));
  }

  power() {
    const base = this.atom();
    if (!this.take('**')) return base;
    const token = this.last;
    const exponent = this.unary();
    const power = (a, b) => finite(number(a) ** number(b));
    return (row) => computed(token, power, base(row), exponent(row));
  }

  atom() {
    const token = this.next;
    this.at++;
    if (token.kind === 'number' || token.kind === 'string') return () => token.value;
    if (token.kind === 'name') return this.name(token);
    if (token.kind === 'mark' && '([{'.includes(token.value)) {
      const closing = { '(': ')', '[': ']', '{': '}' }[token.value];
      const { parts, commas } = this.list(closing);
      if (token.value === '(' && parts.length === 1 && !commas) return parts[0];
      return (row) => parts.map((part) => part(row));
    }
    throw new Mistake(token.kind === 'end' ? 'the expression ends too early' : `unexpected ${this.shown(token)}`, token);
  }

  list(closing) {
    const parts = [];
    let commas = 0;
    while (!this.take(closing)) {
      if (parts.length) { this.expect(','); commas++; if (this.take(closing)) break; }
      parts.push(this.ternary());
    }
    return { parts, commas };
  }

  name(token) {
    const name = token.value;
    if (this.is('(')) {
      const call = FUNCTIONS.get(name);
      if (!call) throw new Mistake(`there is no function '${name}'; these there are: ${[...FUNCTIONS.keys()].join(', ')}`, token);
      this.at++;
      const { parts } = this.list(')');
      return (row) => computed(token, call, ...parts.map((part) => part(row)));
    }
    const column = this.columnOf(name);
    if (column) {
      return (row) => {
        const value = column.value(row);
        if (value === undefined || value === null) throw MISSING;
        return value;
      };
    }
    if (CONSTANTS.has(name)) return () => CONSTANTS.get(name);
    throw new Mistake(`'${shorten(name, 30)}' is no column; a text stands in quotes`, token);
  }
}

/** The test of rows that an expression is. It and its test throw a Mistake where something is wrong. */
function parseExpression(text, columnOf) {
  const read = new Parser(text, columnOf).parse();
  return (row) => {
    try {
      return truth(read(row));
    } catch (problem) {
      if (problem === MISSING) return false;
      throw problem;
    }
  };
}
