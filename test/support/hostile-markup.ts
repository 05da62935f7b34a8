/** Each would run, load or frame something if it were taken for markup, or for an address. */
export const MARKUP = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '<img src="http://tracker.example/pixel.png">',
  '<svg onload="window.pwned = 1"><a href="javascript:window.pwned=1">x</a></svg>',
  '"><iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>',
  "' onmouseover='window.pwned = 1' x='",
  'javascript:window.pwned=1',
  '<style>* { display: none !important }</style><base href="http://evil.example/">',
  '<form action="http://evil.example/"><input name="id"></form>',
  '{{constructor.constructor("window.pwned = 1")()}} ${window.pwned = 1}',
  '</textarea></title></pre></code><script>window.pwned = 1</script>',
  '<!--<script>window.pwned = 1//-->',
].join('\n');
/** The same for where no line may end. */
export const ONE_LINE = MARKUP.replaceAll('\n', ' ');
/** Turned around, invisible, stacked, and halves of characters. */
export const ODD =
  'a\u202egnp.exe\u202c\u2066x\u2069 zero\u200bwidth\u200d\ufeff Z\u0351\u036b\u0343\u036a \u{1f9d1}\u200d\u{1f680} \ud83d';
