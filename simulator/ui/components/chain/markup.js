// Formulas as HTML: ^{…} and _{…}, \frac{…}{…}, \f{…} for forward values, \g{…} for gradients, \3{…} for place 3.
const PLACE_COLORS = 9
const PLACES = ["", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩", "⑪", "⑫"]

function math(written) {
  const root = element("span", { className: "math" })
  parseInto(root, written, 0)
  return root
}

function parseInto(parent, written, start) {
  let at = start
  let plain = ""
  const flush = () => {
    if (plain) parent.append(plain)
    plain = ""
  }
  const braces = (tag, className) => {
    const inner = element(tag, className ? { className } : {})
    at = parseInto(inner, written, at + 1) + 1
    return inner
  }
  while (at < written.length && written[at] !== "}") {
    const two = written.slice(at, at + 2)
    if (two === "^{" || two === "_{") {
      flush()
      at += 1
      const tag = two[0] === "^" ? "sup" : "sub"
      const inner = braces(tag)
      const before = parent.lastChild
      // An upper index straight before a lower one stands over it.
      if (tag === "sub" && before?.tagName === "SUP") {
        const stack = element("span", { className: "stack" })
        parent.replaceChild(stack, before)
        stack.append(before, inner)
      } else parent.append(inner)
    } else if (written[at] === "\\") {
      flush()
      const name = written.slice(at + 1, written.indexOf("{", at))
      at += name.length + 1
      if (name === "frac") {
        const fraction = element("span", { className: "frac" })
        fraction.append(braces("span"))
        fraction.append(braces("span"))
        parent.append(fraction)
      } else if (/^\d+$/.test(name)) {
        const badge = element("b", { className: "badge", textContent: PLACES[Number(name)] ?? `(${name})` })
        parent.append(element("span", { className: `place place${(Number(name) - 1) % PLACE_COLORS}` }, badge, braces("span")))
      } else parent.append(braces("span", { f: "forward", g: "gradient", b: "strong" }[name] ?? name))
    } else plain += written[at++]
  }
  flush()
  return at
}

const TONES = { forward: "f", gradient: "g" }

function toned(tone, written) {
  return TONES[tone] ? `\\${TONES[tone]}{${written}}` : written
}

// Numbers beside each other: a comma only where a number has two digits.
function indices(...numbers) {
  const shown = numbers.filter((number) => number !== null)
  return shown.join(shown.some((number) => String(number).length > 1) ? "," : "")
}

// The name of an entry, with its place: ∂L/∂w⁽²⁾₁₂, φ′(z⁽¹⁾₂₁).
function entryName(part, row, col) {
  const index = `_{${indices(row === null ? null : row + 1, col === null ? null : col + 1)}}`
  return part.letter.endsWith(")") ? `${part.letter.slice(0, -1)}${index})` : `${part.letter}${index}`
}

// A number as it is written, or the place of one that is still to be predicted.
function shownNumber(value, digits) {
  return value === null ? "?" : numberText(value, digits)
}

function shownExactly(value) {
  return value === null ? "?" : exactText(value)
}

// A number in a product: negative ones in brackets.
function bracketed(value) {
  return value < 0 ? `(${shownNumber(value)})` : shownNumber(value)
}

function words(template, values = {}) {
  return fill(template, values)
}

// A sentence in which w_ij stands for an indexed letter.
function sentence(tag, written, properties = {}) {
  const made = element(tag, properties)
  written.split(/([A-Za-z]_[a-z]{1,2}(?![a-z]))/).forEach((part, place) => {
    if (place % 2) made.append(part[0], element("sub", { textContent: part.slice(2) }))
    else made.append(part)
  })
  return made
}

const SVG = "http://www.w3.org/2000/svg"

function svg(tag, attributes = {}, parent = null, text = null) {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(name, value)
  if (text !== null) made.textContent = text
  if (parent) parent.append(made)
  return made
}
