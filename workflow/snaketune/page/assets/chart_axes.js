// Axes: ranges without far outliers, logarithmic scales, ticks.

// From this ratio on, small values lie upon each other on a linear axis.
const ORDERS_OF_MAGNITUDE = 1000;

/** The part of the numbers' range that is worth showing: without far outliers, such as the loss of a training that diverged. */
function usualRange(numbers) {
  const sorted = Float64Array.from(numbers.filter(Number.isFinite)).sort();
  if (!sorted.length) return null;
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  if (sorted.length < 10) return [low, high];
  const [q1, q3] = [quantile(sorted, 0.1), quantile(sorted, 0.9)];
  const reach = 2 * (q3 - q1);
  return reach > 0 ? [Math.max(low, q1 - reach), Math.min(high, q3 + reach)] : [low, high];
}

/**
 * Whether numbers, of which none is negative, span orders of magnitude, as the plots have it: where the best values are
 * next to 0, all that are not far worse than the others count, else the bulk of them.
 */
function spansOrders(numbers, bestAreSmall) {
  const sorted = Float64Array.from(numbers).filter(Number.isFinite).sort();
  const sizes = sorted.filter((v) => v > 0);
  if (sorted[0] < 0 || !sizes.length || sizes.length < 0.75 * sorted.length) return false;
  const [low, high] = bestAreSmall ? [sizes[0], usualRange(Array.from(sizes))[1]] : [quantile(sizes, 0.1), quantile(sizes, 0.9)];
  return high / ORDERS_OF_MAGNITUDE >= low;
}

/** A box for a logarithmic axis, which is ticked by itself where that fits, until somebody clicks it. */
class LogBox {
  constructor(key, label, onChange) {
    this.chosen = null;
    this.box = el('input', { type: 'checkbox', 'data-key': key, on: { change: () => { this.chosen = this.box.checked; onChange(); view.changed(); } } });
    this.node = el('label', { class: 'check' }, this.box, ` ${label}`);
    view.add(key, () => (this.chosen === null ? '' : this.chosen ? 'on' : 'off'), (text) => {
      if (!['', 'on', 'off'].includes(text)) throw new Error('on or off');
      this.chosen = text ? text === 'on' : null;
      onChange();
    });
  }

  /** Whether the axis of these numbers is logarithmic. */
  of(numbers, byItself) {
    const possible = Array.from(numbers).some((v) => v > 0);
    const on = possible && (this.chosen ?? byItself);
    Object.assign(this.box, { checked: on, disabled: !possible });
    return on;
  }
}

/** `usualRange` with a margin, as the range of a plotly axis; it holds all of `within`, such as the best values. */
function axisRange(numbers, log = false, within = []) {
  const at = (values) => (log ? values.filter((v) => v > 0).map(Math.log10) : values.filter(Number.isFinite));
  const inner = usualRange(at(numbers));
  if (!inner) return undefined;
  const usual = extentOf([...inner, ...at(within)]);
  const margin = (usual[1] - usual[0]) * 0.06 || Math.abs(usual[0]) * 0.05 || 0.5;
  return [usual[0] - margin, usual[1] + margin];
}

/** Says how many values an axis does not show. */
function outside(numbers, range, log = false) {
  if (!range) return '';
  let [far, none] = [0, 0];
  for (const value of numbers) {
    if (log && value <= 0) none++;
    else if (log ? Math.log10(value) < range[0] || Math.log10(value) > range[1] : value < range[0] || value > range[1]) far++;
  }
  return (far ? `${plural(far, 'far value')} beyond the axis; double-click shows all. ` : '')
    + (none ? `${plural(none, 'value')} of 0 or less ${none === 1 ? 'has' : 'have'} no place on a logarithmic axis. ` : '');
}

function logTicks([low, high]) {
  const step = Math.max(1, Math.ceil((high - low) / 5));
  const decades = [];
  for (let decade = Math.ceil(low); decade <= high; decade += step) decades.push(decade);
  const places = decades.length > 1 ? decades : [low, high];
  return { tickmode: 'array', tickvals: places, ticktext: places.map((place) => formatNumber(10 ** place, 2)) };
}

function axis(title, options = {}) {
  return {
    title: { text: chartText(title, 36), standoff: 10, font: { size: 12, color: css('--muted') } },
    gridcolor: css('--grid'), linecolor: css('--line'), zeroline: false, automargin: true,
    tickfont: { size: 11, color: css('--muted') }, exponentformat: 'e', ...options,
    ...(options.type === 'log' ? logSteps(options.range) : {}),
  };
}

/** Ticks at powers of ten, few enough for their texts; within one power, at 1, 2 and 5. */
function logSteps(range = [0, 5]) {
  const decades = range[1] - range[0];
  if (decades < 1.2) return { dtick: decades < 0.25 ? undefined : 'D2', nticks: 6 };
  const step = Math.ceil(decades / 7);
  return { dtick: step, minor: step > 1 ? {} : { ticks: 'outside', ticklen: 3, tickcolor: css('--line') } };
}

/** An axis of a column: its scale, and for texts its levels as ticks. */
function columnAxis(column, options = {}, log = column.log) {
  if (column.numeric) return axis(column.name, { ...(log ? { type: 'log' } : {}), ...options });
  return axis(column.name, { ...levelTicks(column), zeroline: false, ...options });
}

function levelTicks(column) {
  const step = Math.max(1, Math.ceil(column.levels.length / 24));
  const shown = column.levels.map((_, i) => i).filter((i) => i % step === 0);
  return {
    tickmode: 'array', tickvals: shown, ticktext: shown.map((i) => chartText(column.levelTexts[i], 20)),
    range: [-0.6, column.levels.length - 0.4],
  };
}
