"""Texts that would like to be code. Each sets ``window.__xss``, or calls ``alert``, where it is
taken for any.
"""

CODE = "window.__xss=1"
TEXTS = (
    f"<script>{CODE}</script>",
    f'<img src=x onerror="{CODE}">',
    f"<svg onload={CODE}>",
    f'"><svg/onload={CODE}>',
    f"'-({CODE})-'",
    f"javascript:{CODE}",
    f"[a link](javascript:{CODE})",
    f"<javascript:{CODE}>",
    f"JaVaScRiPt:{CODE}//https://example.org",
    f'https://example.org/"onmouseover="{CODE}',
    f"https://example.org/'onfocus='{CODE}'autofocus='",
    f"data:text/html,<script>{CODE}</script>",
    f'<iframe srcdoc="<script>parent.{CODE}</script>">',
    f"<math><mi//xlink:href='javascript:{CODE}'>",
    f"<style>*{{background:url('javascript:{CODE}')}}</style>",
    f"*<b onmouseover={CODE}>bold</b>*",
    f"```</code></pre><script>{CODE}</script>```",
    f"`<img src=x onerror={CODE}>`",
    f"> <details open ontoggle={CODE}>",
    f"@<svg/onload={CODE}>",
    f"{{{{constructor.constructor('{CODE}')()}}}}",
    "$t(app:close) {{name}} ${" + CODE + "}",
    "<a href=//evil.example ping=//evil.example>x</a>",
    "</title></textarea></noscript><script>alert(1)</script>",
    "\u202e<script>alert(1)</script>\u202c\u2066",
    "__proto__",
    "constructor",
)
TRAP = """
window.__xss = 0;
for (const name of ['alert', 'confirm', 'prompt', 'print']) {
  window[name] = () => { window.__xss = 1; };
}
"""
