/** HTML as people send it, and the text a person would read in it. */
import { expect, test } from 'vitest'
import { htmlToText } from './html.ts'

test.each([
  ['paragraphs stand apart', '<p>One</p><p>Two<br>Three</p>', 'One\n\nTwo\nThree'],
  ['lines follow each other', '<div>One</div><div>Two</div>', 'One\nTwo'],
  ['two breaks leave a blank line', 'One<br><br>Two<br><br><br>Three', 'One\n\nTwo\n\nThree'],
  ['blanks fold', '  One\n   <b> two</b> &nbsp; three ', 'One two three'],
  ['entities are read', 'Fish &amp; chips &#8364;5 &lt;b&gt;', 'Fish & chips €5 <b>'],
  ['headings stand apart', '<h1>Title</h1>Text<h2>More</h2>', 'Title\n\nText\n\nMore'],
  [
    'styles, scripts and titles are left out',
    '<head><title>T</title><style>p{}</style></head><body><script>x()</script><p>Text</p></body>',
    'Text',
  ],
  [
    'what is hidden is left out, with all it holds',
    '<div style="Display: none; x">Preheader <b>and <i>more</i></b><img alt="A"></div>Text',
    'Text',
  ],
  ['by its attribute, too', '<p hidden>Unseen <b>words</b></p>Text', 'Text'],
  ['filler is left out', 'Pre\u200B\u034F\uFEFF\u00ADheader', 'Preheader'],
  [
    'a link shows where it leads',
    'See <a href="https://a.example/x">this</a>.',
    'See this (https://a.example/x).',
  ],
  [
    'a link that says where it leads is not repeated',
    '<a href="https://a.example/">a.example</a> <a href="mailto:jo@a.example">jo@a.example</a>',
    'a.example jo@a.example',
  ],
  ['a mail link shows its address', '<a href="mailto:jo@a.example">Jo</a>', 'Jo (jo@a.example)'],
  [
    'links that lead nowhere readable show their text',
    `<a href="#top">Top</a> <a href="javascript:x()">Run</a> <a href="https://t.example/${'x'.repeat(300)}">Track</a> <a>Name</a>`,
    'Top Run Track Name',
  ],
  ['a picture says what it shows', '<img src="x" alt="Our logo"><img src="y">', 'Our logo'],
  [
    'a linked picture leads somewhere',
    '<a href="https://a.example"><img alt="Pay"></a>',
    'Pay (https://a.example)',
  ],
  [
    'lists are marked',
    '<p>Bring:</p><ul><li>Card</li><li>Key</li></ul><p>Bye</p>',
    'Bring:\n\n- Card\n- Key\n\nBye',
  ],
  [
    'lists nest and count',
    '<ol><li>One<ul><li>a</li><li>b<br>c</li></ul></li><li><p>Two</p></li></ol>',
    '1. One\n  - a\n  - b\n    c\n\n2. Two',
  ],
  ['an empty point leaves nothing', '<ul><li></li><li>One</li></ul>Text', '- One\n\nText'],
  ['a point without a list is one still', '<li>One<li>Two', '- One\n- Two'],
  [
    'quotes are marked',
    '<p>Yes.</p><blockquote>Is it?<blockquote>It is.</blockquote></blockquote>Bye',
    'Yes.\n\n> Is it?\n\n> > It is.\n\nBye',
  ],
  [
    'cells stand apart',
    '<table><tr><td>Fee</td><td>$5</td></tr><tr><td>Tax</td></tr></table>',
    'Fee $5\nTax',
  ],
  ['what is preformatted stays', 'Log:<pre>a  b\n  c</pre>end', 'Log:\n\na  b\n  c\n\nend'],
  ['what is broken is read all the same', '<p>One<div>Two</p></b><td', 'One\n\nTwo'],
  ['nothing is nothing', '<html><body> <br> </body></html>', ''],
])('%s', (_name, html, text) => {
  expect(htmlToText(html)).toBe(text)
})
