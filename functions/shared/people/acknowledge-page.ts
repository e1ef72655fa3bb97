/** What a function URL takes as a response. */
export interface PageAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * A page of one sentence and, where `button` is given, the button that acknowledges. It loads nothing, is kept by
 * nobody and framed by nobody, and its address, which is the link, goes to no other site.
 */
export function acknowledgePage(statusCode: number, text: string, button?: string): PageAnswer {
  const escaped = (value: string) => value.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
  // Without an action a form goes back to the address it came from: the link itself.
  const form = button ? `<form method="post"><button>${escaped(button)}</button></form>` : "";
  return {
    statusCode,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=31536000",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex",
    },
    body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Firebreak</title></head>
<body><main><h1>Firebreak</h1><p>${escaped(text)}</p>${form}</main></body>
</html>
`,
  };
}
