// Which runs ran when, side by side on each host, and how they ended.

const TIMELINE_LANE = 7;
const MOST_BARS = 1000;

function timelineChart(study, filters, onOpen) {
  const firstRow = new Map(Array.from(study.payload.trial_of_row, (trial, row) => [trial, row]).reverse());
  const runs = study.payload.trials.flatMap((trial, i) => trial.runs.map((run) => ({ row: firstRow.get(i), run: run.run, status: run.status })));

  return annexChart('timeline', (chart, { begin, start, seconds, host, hosts, devices }) => {
    const passing = new Set(Array.from(filters.rows(), (row) => study.payload.trial_of_row[row]));
    const known = runs.map((_, i) => i).filter((i) => start[i] !== null).sort((a, b) => start[a] - start[b] || a - b);
    if (!known.length) return chart.say('No run has a start and an end.');
    const { lane, height, middles } = lanesOf(known, start, seconds, host, hosts);
    const longest = Math.max(...known.map((i) => start[i] + seconds[i]));
    const [unit, size] = longest < 180 ? ['s', 1] : longest < 10800 ? ['min', 60] : ['h', 3600];
    const thick = Math.max(1.5, Math.min(14, 420 / height - 1));
    chart.node.style.height = `${Math.min(560, Math.max(180, height * (TIMELINE_LANE + 9) + 90))}px`;
    const nameOf = (i) => (passing.has(study.payload.trial_of_row[runs[i].row]) ? runs[i].status : 'filtered out');
    const counts = new Map();
    for (const i of known) counts.set(nameOf(i), (counts.get(nameOf(i)) ?? 0) + 1);
    // Those that did not complete are what one looks for here.
    const failed = evenly(known.filter((i) => runs[i].status !== 'complete'), MOST_BARS / 2);
    const drawn = [...failed, ...evenly(known.filter((i) => runs[i].status === 'complete'), MOST_BARS - failed.length)];
    const groups = new Map();
    for (const i of drawn) {
      if (!groups.has(nameOf(i))) groups.set(nameOf(i), []);
      groups.get(nameOf(i)).push(i);
    }
    const least = 0.002 * longest;
    const traces = [...groups].sort(([a], [b]) => (b === 'filtered out') - (a === 'filtered out') || a.localeCompare(b)).map(([name, members]) => ({
      type: 'scatter', mode: 'lines', name: `${name} (${counts.get(name)})`, connectgaps: false, hoverinfo: 'text', hoveron: 'points',
      x: members.flatMap((i) => [start[i] / size, (start[i] + Math.max(seconds[i], least)) / size, null]), y: members.flatMap((i) => [lane[i], lane[i], null]),
      customdata: members.flatMap((i) => [runs[i].row, runs[i].row, null]),
      hovertext: members.flatMap((i) => { const text = `${chartText(study.rowName(runs[i].row))} ${runs[i].run}: ${runs[i].status}<br>${duration(seconds[i])} on ${chartText(hosts[host[i]])}${devices?.[i] ? `, GPU ${chartText(devices[i])}` : ''}`; return [text, text, '']; }),
      line: { width: thick, color: css(name === 'filtered out' ? '--faint' : `--${name}`) },
    }));
    const step = Math.ceil(middles.length / 20);
    chart.plot(traces, layout({
      showlegend: true, xaxis: axis(`time since the first start (${unit})`, { rangemode: 'tozero', nticks: 8 }),
      yaxis: axis('', { range: [height - 0.3, -0.7], tickmode: 'array', showgrid: false, tickvals: middles.filter((_, i) => i % step === 0), ticktext: hosts.filter((_, i) => i % step === 0).map((name) => chartText(squeezed(name, 16))) }),
    }));
    const here = study.payload.whole ? ' of the trials on this page' : '';
    const some = drawn.length < known.length ? `${drawn.length} of ` : '';
    chart.note(`${some}${plural(known.length, 'run')}${here}, at most ${height - (hosts.length - 1)} at a time; the first began ${begin}.${some ? ' The others were left out evenly.' : ''}`);
  }, onOpen);
}

/** Where each run lies, such that runs at the same time lie beside each other and hosts below each other. */
function lanesOf(known, start, seconds, host, hosts) {
  const lane = new Map();
  const middles = [];
  let height = 0;
  for (let one = 0; one < hosts.length; one++) {
    const free = [];
    for (const i of known.filter((run) => host[run] === one)) {
      let place = free.findIndex((end) => end <= start[i]);
      if (place < 0) place = free.length;
      free[place] = start[i] + seconds[i];
      lane.set(i, height + place);
    }
    middles.push(height + (free.length - 1) / 2);
    height += free.length + (one < hosts.length - 1 ? 1 : 0);
  }
  return { lane: Object.fromEntries(lane), height, middles };
}
