// What all charts share: colours, axes, drawing only what is in sight, clicks that open a trial.

// Okabe and Ito's colours, which people with any kind of colour vision can tell apart.
const OKABE_ITO = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#8c7a00', '#7f7f7f'];
const FAILED = '#D55E00';
const YELLOW_GREEN_BLUE = ['#b9dfb4', '#7fcdbb', '#41b6c4', '#1d91c0', '#225ea8', '#0c2c84'];
const ON_DARK = ['#2b4a86', '#2376b3', '#2fa3bf', '#6cc6b7', '#b3e2b0', '#f4fbd0'];
// More points are no more to see, and slow to draw: so many are picked, and the card says so.
const MOST_POINTS = 2000;
const BEST_POINTS = 100; // of them
const MOST_FAINT = 500;
// From this many points on, they are small and let each other shine through.
const MANY = 1500;
const DOTS = { size: 7, line: { width: 0 } };

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const isDark = () => css('color-scheme') === 'dark' || css('--dark') === '1';
const hasWebGL = (() => {
  let found = null;
  return () => (found ??= Boolean(document.createElement('canvas').getContext('webgl')));
})();

/** Stops of the colour scale from worst to best; the best stands out from the background, light or dark. */
function colourScale(reversed = false) {
  const stops = isDark() ? ON_DARK : YELLOW_GREEN_BLUE;
  const order = reversed ? [...stops].reverse() : stops;
  return order.map((colour, i) => [i / (order.length - 1), colour]);
}

const searchColour = (study, name) => OKABE_ITO[study.searches.findIndex((search) => search.name === name) % OKABE_ITO.length];

const evenly = (rows, most) => (rows.length <= most ? rows : Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)]));

const evenlyOf = ({ rows, x }, most) => ({ rows: evenly(rows, most), x: evenly(x, most) });

/** Rows to draw: all, or the best ones, the Pareto front and others that are picked evenly, in the order that they had. */
function picked(study, rows, most = MOST_POINTS) {
  if (rows.length <= most) return rows;
  const share = most / MOST_POINTS;
  const front = study.column('pareto');
  const kept = new Set([
    ...bestRows(study, rows, Math.ceil(BEST_POINTS * share)),
    ...(front ? evenly(rows.filter((row) => front.value(row) === true), Math.ceil(most / 2)) : []),
  ]);
  for (const row of evenly(rows.filter((one) => !kept.has(one)), most - kept.size)) kept.add(row);
  return rows.filter((row) => kept.has(row));
}

const pickedNote = (drawn, count) => (drawn < count ? `${drawn} of ${plural(count, 'trial')}: the best ones, and others picked evenly. ` : '');

const lostNote = (drawn, count) => (drawn < count ? `${drawn} of ${plural(count, 'trial')} without a value, picked evenly. ` : '');

/** A number from -0.5 to 0.5 that looks random. */
const shift = (row) => ((row * 2654435761) % 1000) / 1000 - 0.5;

function layout(options) {
  return {
    font: { family: 'system-ui, sans-serif', size: 12, color: css('--text') },
    paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
    margin: { l: 56, r: 16, t: 10, b: 44 }, hovermode: 'closest', showlegend: false,
    hoverlabel: { bgcolor: css('--raised'), bordercolor: css('--line'), font: { color: css('--text'), size: 12 }, align: 'left' },
    legend: { orientation: 'h', x: 0, y: 1.02, yanchor: 'bottom', font: { size: 11 }, itemwidth: 30 },
    modebar: { bgcolor: 'rgba(0,0,0,0)', color: css('--muted'), activecolor: css('--accent') },
    ...options,
  };
}

/** The axes of a chart with, if `present`, a narrow strip at its foot for trials without a value. */
function axesWithStrip(present, xaxis, yaxis) {
  if (!present) return { xaxis, yaxis };
  return {
    xaxis: { ...xaxis, anchor: 'free', position: 0 },
    yaxis: { ...yaxis, domain: [0.13, 1] },
    yaxis2: axis('', {
      domain: [0, 0.07], range: [-1, 1], tickmode: 'array', tickvals: [0], ticktext: ['no value'], fixedrange: true, showgrid: false,
    }),
  };
}

function pointTrace(study, rows, x, y, options) {
  const many = rows.length > MANY;
  return {
    mode: 'markers', type: 'scatter', x, y,
    customdata: Array.from(rows), hovertext: Array.from(rows, (row) => study.hover(row)), hoverinfo: 'text', ...options,
    marker: many ? { ...options.marker, size: 4, opacity: 0.4 } : options.marker,
  };
}

/** × marks in the strip for the rows that have no value. */
const withoutValueTrace = (study, rows, x) => pointTrace(study, rows, x, Array.from(rows, () => 0), {
  yaxis: 'y2', name: 'no value', showlegend: false,
  marker: { symbol: 'x-thin', size: 7, line: { width: 1.5, color: FAILED }, color: FAILED },
});

class Chart {
  /** `draw(chart)` calls `chart.plot(traces, layout)` or `chart.say(text)`; it runs when the chart is in sight. */
  constructor(id, draw, onOpen) {
    Object.assign(this, { id, draw, onOpen });
    this.node = byId(id);
    this.noteNode = byId(`${id}-note`);
    this.controls = byId(`${id}-controls`);
    this.dirty = true;
    this.inSight = false;
    this.listening = false;
    this.handlers = [];
  }

  start() {
    new IntersectionObserver((entries) => {
      this.inSight = entries.at(-1).isIntersecting;
      this.refresh();
    }, { rootMargin: '120px' }).observe(this.node);
  }

  get width() {
    return this.node.clientWidth;
  }

  /** Draws anew when the card gets wider or narrower, for charts that are laid out by it. */
  followWidth() {
    let before = 0;
    new ResizeObserver(debounced(() => {
      if (Math.abs(this.width - before) > 30 && before) this.invalidate();
      before = this.width;
    }, 150)).observe(this.node);
  }

  invalidate() {
    this.dirty = true;
    this.refresh();
  }

  refresh() {
    // One chart at a time, so that the page answers in between.
    if (this.dirty && this.inSight) setTimeout(() => this.catchUp());
  }

  catchUp() {
    if (!this.dirty) return;
    this.dirty = false;
    this.draw(this);
  }

  note(text) {
    if (this.noteNode) this.noteNode.textContent = text;
  }

  /** Words instead of a chart. */
  say(text) {
    Plotly.purge(this.node);
    this.node.style.height = '';
    this.listening = false;
    this.node.replaceChildren(el('p', { class: 'empty' }, text));
    this.note('');
  }

  plot(traces, chartLayout, config = {}) {
    if (!this.listening) this.node.replaceChildren();
    Plotly.react(this.node, traces, chartLayout, {
      displaylogo: false, showSendToCloud: false, plotlyServerURL: '', responsive: true, displayModeBar: 'hover', doubleClickDelay: 400,
      modeBarButtonsToRemove: ['autoScale2d', 'zoomIn2d', 'zoomOut2d', 'lasso2d', 'sendChartToCloud', 'toggleSpikelines', 'hoverClosestCartesian', 'hoverCompareCartesian'],
      toImageButtonOptions: { format: 'png', scale: 3, filename: this.id }, ...config,
    });
    if (this.listening) return;
    this.listening = true;
    this.node.on('plotly_click', (event) => {
      const row = event.points[0]?.customdata;
      if (Number.isInteger(row)) this.onOpen(row);
    });
    this.handlers.forEach(([event, handler]) => this.node.on(event, handler));
  }

  on(event, handler) {
    this.handlers.push([event, handler]);
  }
}
