// Parallel coordinates; a range that is dragged along an axis filters the table.

const MOST_AXES = 9;
const AXIS_WIDTH = 96;
const NAME_LENGTH = 13;
const SPREAD = 12;
// More lines are no more to see, and slow where WebGL is done by the processor.
const MOST_LINES = 120;
const BEST_LINES = 40;

function parallelChart(study, filters, onOpen) {
  const candidates = [...study.parameters, ...study.metrics, ...study.objectives.map(({ column }) => column), study.column('seconds')]
    .filter((column) => column && !column.empty && (column.numeric || column.levels.length <= 200));
  const first = influential(study, study.parameters.filter((column) => candidates.includes(column)));
  const parameters = first.length ? new Set(first.slice(0, MOST_AXES - study.objectives.length)) : new Set(study.parameters.slice(0, MOST_AXES));
  let axes = candidates.filter((column) => parameters.has(column) || column.role === 'objective');
  const chart = new Chart('parallel', draw, onOpen);
  const menu = el('div', { class: 'menu' });
  for (const column of candidates) {
    menu.append(checkbox(`axis.${column.name}`, shorten(column.name, 40), axes.includes(column), (on) => {
      const shown = new Set(axes);
      if (on) shown.add(column); else shown.delete(column);
      axes = candidates.filter((one) => shown.has(one));
      if (!on) filters.remove(`parallel:${column.name}`);
      chart.invalidate();
    }));
  }
  chart.controls.append(el('details', { class: 'popup' }, el('summary', {}, 'Axes'), menu));

  const scales = new Map();
  const scaleOf = (column) => {
    if (!scales.has(column)) scales.set(column, parallelScale(column));
    return scales.get(column);
  };
  const ranges = new Map();
  // What is on the screen; a brush is drawn by plotly itself, and drawing all lines again takes a while.
  let drawn = { passing: [], look: '' };
  const look = () => JSON.stringify([isDark(), axes.map((column) => [column.name, ranges.get(column)])]);

  chart.on('plotly_restyle', () => {
    axes.forEach((column, i) => {
      const range = chart.node.data[0].dimensions[i].constraintrange;
      const pieces = !range?.length ? [] : Array.isArray(range[0]) ? range : [range];
      if (JSON.stringify(ranges.get(column) ?? []) !== JSON.stringify(pieces)) brush(column, pieces);
    });
    drawn.look = look();
  });

  /** Filters by pieces of a column's axis. */
  function brush(column, pieces) {
    const key = `parallel:${column.name}`;
    if (!pieces.length) { ranges.delete(column); filters.remove(key); return; }
    ranges.set(column, pieces);
    const scale = scaleOf(column);
    const test = (row) => { const place = scale.place(row); return pieces.some(([low, high]) => place >= low && place <= high); };
    filters.set(key, test, {
      label: `${shorten(column.name, 30)}: ${pieces.map((piece) => scale.shown(piece)).join(' or ')}`,
      onRemove: () => ranges.delete(column),
    });
  }
  for (const column of candidates) {
    view.add(`brush.${column.name}`, () => (ranges.get(column) ?? []).flat().map((end) => Number(end.toPrecision(6))).join(','), (text) => {
      const ends = text ? text.split(',').map(Number) : [];
      if (ends.length % 2 || !ends.every(Number.isFinite)) throw new Error('no ranges');
      brush(column, Array.from({ length: ends.length / 2 }, (_, i) => ends.slice(2 * i, 2 * i + 2)));
      chart.invalidate();
    });
  }

  function draw() {
    chart.node.style.minWidth = '';
    const { rows: passing, note } = study.alike(filters.rows('parallel:'));
    if (!hasWebGL()) return chart.say('Parallel coordinates need WebGL, which this browser does not offer here.');
    if (axes.length < 2) return chart.say('Choose at least two axes.');
    if (!passing.length) return chart.say('No trial passes the filters.');
    if (chart.listening && drawn.look === look() && sameRows(drawn.passing, passing)) return;
    drawn = { passing, look: look() };
    // Where axes would stand too close for their names, the chart is wider than its card, which scrolls.
    chart.node.style.minWidth = `${axes.length * AXIS_WIDTH}px`;
    const objective = study.objectives[0];
    const shown = Array.from(new Set([...evenly(passing, MOST_LINES), ...bestRows(study, passing, passing.length > MOST_LINES ? BEST_LINES : 0)]));
    const { rows, goodness } = worstFirst(shown, goodnessOf(objective, shown));
    chart.plot([{
      type: 'parcoords',
      line: {
        color: goodness, cmin: -0.12, cmax: 1,
        colorscale: [[0, FAILED], [0.1, FAILED], ...colourScale().map(([at, colour]) => [0.107 + at * 0.893, colour])],
      },
      unselected: { line: { color: css('--faint'), opacity: rows.length > 500 ? 0.1 : 0.25 } },
      dimensions: axes.map((column) => {
        const scale = scaleOf(column);
        return {
          label: chartText(squeezed(column.name, NAME_LENGTH)), values: Array.from(rows, scale.place), range: scale.range,
          tickvals: scale.ticks.map(([place]) => place), ticktext: scale.ticks.map(([, text]) => text),
          constraintrange: ranges.get(column)?.length === 1 ? ranges.get(column)[0] : ranges.get(column),
        };
      }),
      labelfont: { size: 12, color: css('--text') }, tickfont: { size: 11, color: css('--muted') },
      rangefont: { size: 1, color: 'rgba(0,0,0,0)' },
    }], layout({ margin: { l: 50, r: 50, t: 44, b: 22 } }), { displayModeBar: false });
    const some = shown.length < passing.length ? ` ${shown.length} of ${plural(passing.length, 'trial')}: the best ones, and others picked evenly.` : '';
    chart.note(`${note}Drag along an axis to filter by it, click the axis to let go; drag an axis' name to move it. `
      + (objective ? `Colour: ${objective.column.name}, ${isDark() ? 'brighter' : 'darker'} is better; orange has no value.` : '') + some);
  }
  return chart;
}

const sameRows = (a, b) => a.length === b.length && a.every((row, i) => row === b[i]);

/** Rows in the order of drawing: the best ones over the others. */
function worstFirst(rows, goodness) {
  const order = Array.from(rows, (_, i) => i).sort((a, b) => goodness[a] - goodness[b]);
  return { rows: order.map((i) => rows[i]), goodness: order.map((i) => goodness[i]) };
}

/** 0 for the worst to 1 for the best value, below 0 where there is none. */
function goodnessOf(objective, rows) {
  if (!objective) return Array.from(rows, () => 1);
  const { column, maximize } = objective;
  const at = column.log ? Math.log10 : Number;
  const usual = usualRange(Array.from(rows, (row) => at(column.place(row)))) ?? [0, 1];
  const width = usual[1] - usual[0];
  return Array.from(rows, (row) => {
    const value = at(column.place(row));
    if (!Number.isFinite(value)) return -0.12;
    if (!width) return 1;
    const share = Math.min(1, Math.max(0, (value - usual[0]) / width));
    return maximize ? share : 1 - share;
  });
}

/** Where a row is on the axis of a column. What has no value stands apart below the others, on a tick of its own. */
function parallelScale(column) {
  const at = (value) => (column.numeric && column.log ? Math.log10(value) : value);
  const back = (place) => (column.numeric && column.log ? 10 ** place : place);
  const places = Float64Array.from(column.data, (_, row) => at(column.place(row)));
  const usual = column.numeric && column.role !== 'parameter' ? usualRange(Array.from(places)) : extentOf(places.filter(Number.isFinite));
  let [low, high] = usual ?? [0, 1];
  if (low === high) [low, high] = [low - (Math.abs(low) * 0.1 || 1), high + (Math.abs(high) * 0.1 || 1)];
  const none = places.some((place) => !Number.isFinite(place)) ? low - 0.14 * (high - low) : null;
  // Lines of one value are spread a little, so that one sees how many there are.
  const spread = column.numeric && column.distinct(SPREAD).length > SPREAD ? 0 : column.numeric ? 0.03 * (high - low) : 0.25;
  const ticks = column.numeric ? numericTicks(column, low, high, at) : levelPlaces(column).map((i) => [i, chartText(squeezed(column.levelTexts[i], NAME_LENGTH))]);
  if (none !== null) ticks.unshift([none, 'none']);
  const shown = ([from, to]) => {
    if (!column.numeric) return column.levelTexts.filter((_, i) => i + spread / 2 >= from && i - spread / 2 <= to).map((text) => shorten(text, 20)).join(', ') || 'none';
    return none !== null && to < low ? 'none' : `${formatNumber(back(Math.max(from, low)), 3)} – ${formatNumber(back(Math.min(to, high)), 3)}`;
  };
  return {
    // Far outliers are drawn at the end of the axis.
    place: (row) => (Number.isFinite(places[row]) ? Math.min(high, Math.max(low, places[row])) + spread * shift(row) : none + 0.02 * (high - low) * shift(row)),
    range: [(none ?? low) - spread / 2, high + spread / 2], ticks, shown,
  };
}

function levelPlaces(column) {
  const step = Math.ceil(column.levels.length / 16);
  return column.levels.map((_, i) => i).filter((i) => i % step === 0);
}

function numericTicks(column, low, high, at) {
  const few = column.distinct(7);
  if (few.length <= 7) return few.map((value) => [at(value), formatNumber(value, 3)]).filter(([place]) => place >= low && place <= high);
  if (column.log) {
    const { tickvals, ticktext } = logTicks([low, high]);
    return tickvals.map((place, i) => [place, ticktext[i]]);
  }
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) ticks.push([i * step, formatNumber(i * step, 4)]);
  return ticks;
}
