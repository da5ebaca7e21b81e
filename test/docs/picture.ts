const colours: Readonly<Record<string, string>> = {
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "34": "#79c0ff",
  "36": "#76e3ea",
};

const escape = "\u001b";

const lineHeight = 18;
const characterWidth = 8;
const padding = 16;

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A terminal with this text, of which the styles are ANSI escapes, as an SVG. */
export function drawTerminal(text: string): string {
  const lines = text.trimEnd().split("\n");
  const plain = lines.map((line) => line.replaceAll(new RegExp(`${escape}\\[\\d+m`, "g"), ""));
  const width = Math.max(...plain.map(({ length }) => length)) * characterWidth + 2 * padding;
  const height = lines.length * lineHeight + 2 * padding;
  const rows = lines.map(
    (line, index) =>
      `<text x="${padding}" y="${padding + (index + 0.75) * lineHeight}" xml:space="preserve">${drawLine(line)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3">`,
    ...rows,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawLine(line: string): string {
  const active = new Set<string>();
  return line
    .split(new RegExp(`${escape}\\[(\\d+)m`))
    .map((piece, index) => {
      if (index % 2 === 1) {
        switchStyle(active, piece);
        return "";
      }
      return piece === "" ? "" : `<tspan${attributes(active)}>${escapeXml(piece)}</tspan>`;
    })
    .join("");
}

/** What ends each style: 39 a colour, 22 bold and dim, 0 all. */
function switchStyle(active: Set<string>, code: string): void {
  const ended = { "0": [...active], "39": Object.keys(colours), "22": ["1", "2"] }[code];
  if (ended === undefined) active.add(code);
  else for (const style of ended) active.delete(style);
}

function attributes(active: ReadonlySet<string>): string {
  const colour = [...active].map((code) => colours[code]).find((found) => found !== undefined);
  return [
    colour === undefined ? "" : ` fill="${colour}"`,
    active.has("1") ? ' font-weight="bold"' : "",
    active.has("2") ? ' opacity="0.65"' : "",
  ].join("");
}
