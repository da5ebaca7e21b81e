import { createHash } from "node:crypto";
import type { PageData } from "./page-data.ts";
import { pageStyle } from "./style.ts";

/**
 * Makes the page: one file, which loads nothing. Names are data for its script, never markup, and the policy
 * permits this script and this style alone.
 *
 * @param code the bundled script
 */
export function makePage(data: PageData, code: string): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hash(code)}'`,
    `style-src '${hash(pageStyle)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en" data-by="osac access report">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>osac access report</title>
<style>${pageStyle}</style>
</head>
<body>
<noscript>This page needs JavaScript. It loads nothing from the network.</noscript>
<script type="application/json" id="data">${escapeJson(data)}</script>
<script>${code}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** In a script element, `<` could end the element or begin a comment. */
function escapeJson(data: PageData): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
