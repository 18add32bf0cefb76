// Slices: each parameter against an objective, side by side.

const MOST_SLICES = 12;
const POINTS_IN_SLICES = 3000;
const SLICE_WIDTH = 230;
const SLICE_HEIGHT = 200;

function slicesChart(study, filters, onOpen) {
  const chart = new Chart('slices', draw, onOpen);
  const columns = influential(study, study.parameters.filter((column) => !column.empty && (column.numeric ? column.extent[0] < column.extent[1] : column.levels.length > 1 && column.levels.length <= 60)));
  const objectives = study.objectives.map(({ column }) => column).filter((column) => column.numeric && !column.empty);
  if (!columns.length || !objectives.length) {
    chart.draw = () => chart.say(columns.length ? 'No trial is complete.' : 'No parameter varies.');
    return chart;
  }
  const state = { of: objectives[0].name };
  if (objectives.length > 1) chart.controls.append(choice('slices.of', 'of', asChoices(objectives), state.of, (name) => { state.of = name; chart.invalidate(); }));
  const logBox = new LogBox('slices.log', 'log', () => chart.invalidate());
  chart.controls.append(logBox.node);
  chart.followWidth();

  function draw() {
    const objective = study.column(state.of);
    const { rows: alike, note } = study.alike(Array.from(filters.rows()));
    const all = alike.filter((row) => Number.isFinite(objective.data[row]));
    if (!all.length) return chart.say('No complete trial passes the filters.');
    const shown = columns.slice(0, MOST_SLICES);
    const rows = picked(study, all, Math.floor(POINTS_IN_SLICES / shown.length));
    const log = logBox.of(objective.data, objective.log);
    const measured = note ? all.map((row) => objective.data[row]) : Array.from(objective.data);
    const range = axisRange(measured, log);
    const across = Math.min(shown.length, Math.max(1, Math.floor(chart.width / SLICE_WIDTH)));
    const down = Math.ceil(shown.length / across);
    chart.node.style.height = `${down * SLICE_HEIGHT + 60}px`;
    const axes = {};
    const traces = shown.map((column, i) => {
      const [x, y] = [i ? `x${i + 1}` : 'x', i ? `y${i + 1}` : 'y'];
      const [left, top] = [i % across, Math.floor(i / across)];
      const gap = { x: 0.08 / across, y: 0.26 / down };
      const own = { anchor: y, domain: [(left / across) + (left ? gap.x : 0), (left + 1) / across - gap.x], nticks: 4, automargin: false, ...(column.numeric ? {} : { tickangle: 0 }) };
      axes[`xaxis${i ? i + 1 : ''}`] = columnAxis(column, column.log ? { ...own, range: axisRange(Array.from(column.data), true, column.extent) } : own);
      axes[`yaxis${i ? i + 1 : ''}`] = axis(left ? '' : objective.name, {
        anchor: x, domain: [1 - (top + 1) / down + gap.y, 1 - top / down], range, ...(log ? { type: 'log' } : {}), showticklabels: !left, ...(i ? { matches: 'y' } : {}), automargin: !left,
      });
      return {
        ...pointTrace(study, rows, rows.map((row) => column.place(row) + jitter(column, row)), rows.map((row) => objective.data[row]), {
          marker: { ...DOTS, size: 5, opacity: 0.55, color: css('--complete') }, showlegend: false,
        }), xaxis: x, yaxis: y,
      };
    });
    for (const name of Object.keys(axes)) if (name.startsWith('xaxis')) shortTicks(axes[name], chart.width / across);
    chart.plot(traces, layout({ ...axes, margin: { l: 56, r: 8, t: 10, b: 24 } }));
    const left = columns.length > shown.length ? `The ${shown.length} of ${columns.length} parameters that explain most. ` : '';
    chart.note(`${note}${left}${pickedNote(rows.length, all.length)}${outside(measured, range, log)}`);
  }
  return chart;
}

/** Texts below an axis, cut so that they stay apart. */
function shortTicks(one, width) {
  if (!one.ticktext) return;
  const most = Math.max(3, Math.floor(width / one.ticktext.length / 7.5) - 1);
  one.ticktext = one.ticktext.map((text) => squeezed(text, most));
}
