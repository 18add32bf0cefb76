// What is shown: every filter is a test of rows under a key; a chart leaves out its own brush by that key.

/** The test that the text below a column's name stands for; null if it can't be read. */
function columnTest(column, text) {
  const wanted = text.trim();
  if (wanted.toLowerCase() === 'none') return (row) => column.missing(row);
  if (column.numeric) return numberTest(column, wanted);
  const negated = wanted.startsWith('!');
  const exact = wanted.startsWith('=');
  const needle = (negated || exact ? wanted.slice(1) : wanted).trim().toLowerCase();
  const passing = column.levelTexts.map((level) => {
    const found = exact ? level.toLowerCase() === needle : level.toLowerCase().includes(needle);
    return found !== negated;
  });
  return (row) => (column.data[row] < 0 ? negated : passing[column.data[row]]);
}

function numberTest(column, wanted) {
  const { data } = column;
  const range = wanted.match(/^(\S*?)\s*\.\.\s*(\S*)$/);
  if (range) {
    const low = range[1] === '' ? -Infinity : Number(range[1]);
    const high = range[2] === '' ? Infinity : Number(range[2]);
    return Number.isNaN(low) || Number.isNaN(high) ? null : (row) => data[row] >= low && data[row] <= high;
  }
  const [, sign, numeral] = wanted.match(/^(<=|>=|<|>|==?|!=?)?\s*(.*)$/s);
  const bound = Number(numeral);
  if (numeral === '' || Number.isNaN(bound)) return null;
  // A number that is typed as the table shows it, rounded, means the rows that show it.
  const equal = (row) => data[row] === bound || Number(formatNumber(data[row])) === bound;
  switch (sign) {
    case '<': return (row) => data[row] < bound;
    case '<=': return (row) => data[row] <= bound;
    case '>': return (row) => data[row] > bound;
    case '>=': return (row) => data[row] >= bound;
    case '!': case '!=': return (row) => !equal(row);
    default: return equal;
  }
}

class Filters {
  constructor(study, onChange) {
    this.study = study;
    this.onChange = onChange;
    this.tests = new Map();
    this.cache = new Map();
  }

  /** `label` is shown as a chip that takes the filter away; `onRemove` then tidies up where it came from. */
  set(key, test, { label = null, onRemove = null } = {}) {
    if (test) this.tests.set(key, { test, label, onRemove });
    else if (!this.tests.delete(key)) return;
    this.changed(key);
  }

  remove(key) {
    const filter = this.tests.get(key);
    this.tests.delete(key);
    filter?.onRemove?.();
    this.changed(key);
  }

  clear() {
    const before = [...this.tests.values()];
    this.tests.clear();
    before.forEach((filter) => filter.onRemove?.());
    this.changed(null);
  }

  changed(key) {
    this.cache.clear();
    this.onChange(key);
  }

  /** The rows that pass all filters but those whose key begins with `except`. */
  rows(except = null) {
    if (!this.cache.has(except)) {
      const tests = [...this.tests].filter(([key]) => !except || !key.startsWith(except)).map(([, { test }]) => test);
      const passing = new Int32Array(this.study.n);
      let count = 0;
      for (let row = 0; row < this.study.n; row++) {
        if (tests.every((test) => test(row))) passing[count++] = row;
      }
      this.cache.set(except, passing.subarray(0, count));
    }
    return this.cache.get(except);
  }

  get labelled() {
    return [...this.tests].filter(([, filter]) => filter.label !== null);
  }
}
