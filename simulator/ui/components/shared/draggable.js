// What the draggable pictures share: elements, numbers as readers see them, and words with places for numbers.

const SVG = "http://www.w3.org/2000/svg"

function make(tag, attributes = {}, parent = null) {
  const isSvg = ["svg", "g", "rect", "line", "path", "text", "circle", "clipPath"].includes(tag)
  const node = isSvg ? document.createElementNS(SVG, tag) : document.createElement(tag)
  put(node, attributes)
  if (parent) parent.appendChild(node)
  return node
}

function put(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") {
      if (node.textContent !== value) node.textContent = value
    } else if (value === null || value === false) node.removeAttribute(name)
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value)
  }
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name])
}

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" }

// Three significant digits, powers of ten written out: the same text as simulator.texts.numbers.number_text.
function numberText(value, digits = 3) {
  if (Number.isNaN(value)) return "NaN"
  const sign = value < 0 ? "−" : ""
  if (!Number.isFinite(value)) return sign + "∞"
  if (value === 0) return "0"
  const [mantissa, exponent] = Math.abs(value).toExponential(digits - 1).split("e")
  const rounded = Number(`${mantissa}e${exponent}`)
  const bare = (words) => (words.includes(".") ? words.replace(/0+$/, "").replace(/\.$/, "") : words)
  if (rounded >= 1e-3 && rounded < 1e5) return sign + bare(rounded.toFixed(Math.max(digits - 1 - Number(exponent), 0)))
  const power = [...String(Number(exponent))].map((digit) => SUPERSCRIPT[digit]).join("")
  return `${sign}${bare(mantissa)}×10${power}`
}

// Enough digits to tell a number from the whole number beside it: 0.9999 is not 1. telling_text in Python.
function tellingText(value) {
  if (!Number.isFinite(value) || Number.isInteger(value)) return numberText(value)
  const written = [3, 4, 5, 6, 7].map((digits) => numberText(value, digits))
  return written.find((words) => /[.×]/.test(words)) ?? written.at(-1)
}

// Ends and marks of an axis: at most about five round numbers.
function ticks(low, high) {
  const rough = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)
  const marks = []
  for (let mark = Math.ceil(low / step) * step; mark <= high + step * 1e-9; mark += step)
    marks.push(Math.abs(mark) < step * 1e-9 ? 0 : mark)
  return marks
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high)
}

// Sends the last value after a pause: while a bar is dragged or a key is held, the server has nothing to do.
function delayed(milliseconds, send) {
  let timer = 0
  const run = (value, at_once = false) => {
    clearTimeout(timer)
    if (at_once) send(value)
    else timer = setTimeout(() => send(value), milliseconds)
  }
  run.cancel = () => clearTimeout(timer)
  return run
}
