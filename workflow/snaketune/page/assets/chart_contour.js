// A metric over two parameters: smoothed between the trials, or the mean or best of cells.

const GRID = 40;
const CELLS = 12;
const MOST_POINTS_SHOWN = 300;
const MOST_SMOOTHED = 2000;

function contourChart(study, filters, onOpen) {
  const columns = study.parameters.filter((column) => !column.empty && (column.numeric ? column.extent[0] < column.extent[1] : column.levels.length > 1 && column.levels.length <= 60));
  const metrics = [...study.objectives.map(({ column }) => column), ...study.metrics.filter((column) => column.numeric)].filter((column) => !column.empty && column.numeric);
  const chart = new Chart('contour', draw, onOpen);
  if (columns.length < 2 || !metrics.length) {
    chart.draw = () => chart.say(metrics.length ? 'Needs two parameters that vary.' : 'No trial has a value.');
    return chart;
  }
  const [a, b] = influential(study, columns);
  const state = { x: a.name, y: b.name, z: metrics[0].name, how: smoothable(a) && smoothable(b) ? 'smooth' : 'mean' };
  const set = (key) => (value) => { state[key] = value; chart.invalidate(); };
  chart.controls.append(
    choice('contour.x', 'x', asChoices(columns), state.x, set('x')), choice('contour.y', 'y', asChoices(columns), state.y, set('y')),
    choice('contour.of', 'of', asChoices(metrics), state.z, set('z')),
    choice('contour.as', 'as', [['smooth', 'smoothed'], ['mean', 'mean of cells'], ['best', 'best of cells']], state.how, set('how')));

  function draw() {
    const [x, y, z] = [state.x, state.y, state.z].map((name) => study.column(name));
    if (x === y) return chart.say('Choose two different parameters.');
    const { rows: alike, note } = study.alike(Array.from(filters.rows()));
    const rows = alike.filter((row) => [x, y, z].every((column) => Number.isFinite(column.place(row))));
    if (!rows.length) return chart.say('No trial that passes the filters has all three values.');
    const maximize = study.objectives.find(({ column }) => column === z)?.maximize ?? false;
    // Where the metric's axes are logarithmic, so are its colours.
    const shade = z.log ? Math.log10 : Number;
    const range = usualRange(rows.map((row) => shade(z.data[row])));
    const scale = {
      zmin: range[0], zmax: range[1] > range[0] ? range[1] : range[0] + 1, colorscale: colourScale(!maximize), hoverinfo: 'skip',
      colorbar: { title: { text: chartText(z.name, 24), side: 'right', font: { size: 11 } }, thickness: 10, outlinewidth: 0, tickfont: { size: 10, color: css('--muted') }, ...(z.log ? logTicks(range) : {}) },
    };
    const smooth = state.how === 'smooth' && smoothable(x) && smoothable(y);
    if (smooth) drawSmooth(x, y, (row) => shade(z.data[row]), rows, { scale, note }, z.log);
    else drawCells(x, y, z, rows, { scale, shade, note }, maximize);
  }

  function drawSmooth(x, y, shadeOf, rows, { scale, note }, log) {
    const used = evenly(rows, MOST_SMOOTHED);
    const grid = smoothed(x, y, shadeOf, used);
    const points = picked(study, rows, MOST_POINTS_SHOWN);
    chart.plot([
      { type: 'contour', x: grid.x, y: grid.y, z: grid.z, ncontours: 14, line: { width: 0.4, color: css('--panel') }, ...scale },
      pointTrace(study, points, points.map((row) => x.data[row]), points.map((row) => y.data[row]), {
        marker: { ...DOTS, size: 5, color: css('--panel'), line: { width: 1, color: css('--text') } },
      }),
    ], layout({ xaxis: columnAxis(x, { showgrid: false }), yaxis: columnAxis(y, { showgrid: false }), margin: { l: 56, r: 8, t: 10, b: 44 } }));
    const sampled = used.length < rows.length ? ` of ${plural(used.length, 'trial')} picked evenly` : '';
    chart.note(`${note}Kernel-weighted ${log ? 'geometric ' : ''}mean${sampled}; blank where no trial is near. The other parameters differ between trials.`);
  }

  function drawCells(x, y, z, rows, { scale, shade, note }, maximize) {
    const [across, up] = [cells(x), cells(y)];
    const sum = up.names.map(() => across.names.map(() => 0)), count = up.names.map(() => across.names.map(() => 0));
    const best = up.names.map(() => across.names.map(() => null));
    for (const row of rows) {
      const [i, j, value] = [across.of(row), up.of(row), z.data[row]];
      sum[j][i] += value;
      count[j][i] += 1;
      if (best[j][i] === null || (maximize ? value > best[j][i] : value < best[j][i])) best[j][i] = value;
    }
    const values = state.how === 'best' ? best : sum.map((line, j) => line.map((total, i) => (count[j][i] ? total / count[j][i] : null)));
    const few = across.names.length * up.names.length <= 100;
    chart.plot([{
      type: 'heatmap', z: values.map((line) => line.map((value) => (value === null ? null : shade(value)))), xgap: 2, ygap: 2, ...scale, hoverinfo: 'text',
      hovertext: values.map((line, j) => line.map((value, i) => (value === null ? '' : `${chartText(x.name)} ${chartText(across.names[i])}<br>${chartText(y.name)} ${chartText(up.names[j])}<br><b>${formatNumber(value)}</b>  ${plural(count[j][i], 'trial')}`))),
      text: few ? values.map((line) => line.map((value) => (value === null ? '' : formatNumber(value, 3)))) : undefined, texttemplate: few ? '%{text}' : undefined,
    }], layout({
      xaxis: axis(x.name, { ...cellTicks(across, 10), showgrid: false }), yaxis: axis(y.name, { ...cellTicks(up, 16), showgrid: false }), margin: { l: 56, r: 8, t: 10, b: 44 },
    }));
    chart.note(`${note}${state.how === 'best' ? 'The best' : 'The mean'} of all trials in a cell; blank where there is none. The other parameters differ between trials.`);
  }
  return chart;
}

const smoothable = (column) => column.numeric && column.distinct(CELLS).length > CELLS / 2;

/** A Gaussian kernel's weighted mean on a grid, in the unit square of the axes' own scales. */
function smoothed(x, y, shadeOf, rows) {
  const [ax, ay] = [unitScale(x), unitScale(y)];
  const width = Math.min(0.2, Math.max(0.04, 0.35 * rows.length ** (-1 / 6) - 0.03));
  const weights = (scale, column) => rows.map((row) => {
    const u = scale.to(column.data[row]);
    return Float64Array.from({ length: GRID }, (_, i) => Math.exp(-0.5 * ((i / (GRID - 1) - u) / width) ** 2));
  });
  const [wx, wy] = [weights(ax, x), weights(ay, y)];
  const [low, high] = usualRange(rows.map(shadeOf));
  const values = rows.map((row) => Math.min(high, Math.max(low, shadeOf(row))));
  const near = Math.exp(-0.5 * 2.2 ** 2);
  const grid = Array.from({ length: GRID }, (_, j) => Array.from({ length: GRID }, (_, i) => {
    let [total, weight] = [0, 0];
    for (let k = 0; k < rows.length; k++) {
      const w = wx[k][i] * wy[k][j];
      total += w * values[k];
      weight += w;
    }
    return weight < near ? null : total / weight;
  }));
  const along = (scale) => Array.from({ length: GRID }, (_, i) => scale.from(i / (GRID - 1)));
  return { x: along(ax), y: along(ay), z: grid };
}

function unitScale(column) {
  const at = column.log ? Math.log10 : Number;
  const [low, high] = column.extent.map(at);
  return { to: (value) => (at(value) - low) / (high - low), from: (u) => { const v = low + u * (high - low); return column.log ? 10 ** v : v; } };
}

/** The cells of an axis: each value where there are few, else ranges of equal width on the column's scale. */
function cells(column) {
  if (!column.numeric) return { names: column.levelTexts, of: (row) => column.data[row] };
  const values = column.distinct(CELLS);
  if (values.length <= CELLS) {
    const place = new Map(values.map((value, i) => [value, i]));
    return { names: values.map((value) => formatNumber(value, 4)), of: (row) => place.get(column.data[row]) };
  }
  const scale = unitScale(column);
  const edge = (i) => formatNumber(scale.from(i / CELLS), 3);
  return {
    names: Array.from({ length: CELLS }, (_, i) => `${edge(i)} – ${edge(i + 1)}`), edges: Array.from({ length: CELLS + 1 }, (_, i) => edge(i)),
    of: (row) => Math.min(CELLS - 1, Math.floor(scale.to(column.data[row]) * CELLS)),
  };
}

function cellTicks({ names, edges }, most) {
  const texts = edges ?? names;
  const step = Math.ceil(texts.length / most);
  const shown = texts.map((_, i) => i).filter((i) => i % step === 0);
  return { tickmode: 'array', tickvals: shown.map((i) => (edges ? i - 0.5 : i)), ticktext: shown.map((i) => chartText(texts[i], 16)), type: 'linear' };
}
