// Small things that everything else uses. Text of the study gets into the page as text nodes and attributes only.

const byId = (id) => document.getElementById(id);

/** A new element; `on` holds its event listeners, null and false attributes are left out. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** The text of a compressed part of the page. */
async function unpack(id) {
  const text = atob(byId(id).textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

function formatNumber(value, digits = 5) {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return Number(value.toPrecision(digits)).toExponential();
  return String(Number(value.toPrecision(digits)));
}

/** The text of any value: strings as they are, all else as JSON. */
const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

const shorten = (text, most) => (text.length <= most ? text : text.slice(0, most - 1) + '…');

/** Cut in the middle, so that names that begin alike stay apart. */
const squeezed = (text, most) => (text.length <= most ? text : `${text.slice(0, Math.ceil((most - 1) / 2))}…${text.slice(text.length - Math.floor((most - 1) / 2))}`);

/** Text for a chart: plotly reads a few HTML tags in its labels. */
const chartText = (text, most = 48) =>
  shorten(text, most).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function duration(seconds) {
  if (seconds < 90) return `${formatNumber(seconds, 3)} s`;
  return seconds < 5400 ? `${formatNumber(seconds / 60, 3)} min` : `${formatNumber(seconds / 3600, 3)} h`;
}

const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

function debounced(action, delay) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), delay);
  };
}

/** The value at share `q` of sorted numbers. */
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

/** Copies text; without the clipboard's permission, as it may be for a file, by way of a selection. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el('textarea', { class: 'visually-hidden' });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

/** Text in a box with a button that copies it. */
function copyable(text) {
  const button = el('button', { type: 'button', class: 'quiet' }, 'Copy');
  button.addEventListener('click', async () => {
    await copy(text);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
  return el('div', { class: 'copyable' }, el('pre', {}, text), button);
}
