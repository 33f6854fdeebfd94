/** What every page has in common: its head, the style sheet, the body. */
import { html, trusted, type Html } from './html.js';
import { STYLE } from './style.js';

/**
 * A whole page in one file.
 *
 * @param head - more elements of the head
 */
export function pageHtml(title: string, head: Html, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${head}
        <title>${title}</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
}
